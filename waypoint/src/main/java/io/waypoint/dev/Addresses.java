// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where each workload's ztunnel listens. On Linux all of 127.0.0.0/8 is ours, so every workload has
 * an address of its own that stays the same over restarts; elsewhere only 127.0.0.1 exists and the
 * port tells workloads apart.
 */
final class Addresses {
  private final boolean manyLoopbacks;
  private final int port;
  private final Map<Integer, String> taken = new HashMap<>();

  /**
   * @param port 0 for one that the system chooses
   */
  Addresses(boolean manyLoopbacks, int port) {
    this.manyLoopbacks = manyLoopbacks;
    this.port = port;
  }

  static boolean systemHasManyLoopbacks() {
    return System.getProperty("os.name", "").startsWith("Linux");
  }

  /**
   * @param workload {@code namespace/name}
   */
  InetSocketAddress of(String workload) {
    if (!manyLoopbacks) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
    int slot = Math.floorMod(spread(workload.hashCode()), 1 << 22);
    while (!taken.computeIfAbsent(slot, free -> workload).equals(workload)) {
      slot = (slot + 1) % (1 << 22);
    }
    // 127.64.0.0 to 127.127.255.255; hosts .0 and .255 are ordinary addresses here.
    byte[] address = {127, (byte) (64 + (slot >> 16)), (byte) (slot >> 8), (byte) slot};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 15;
  }
}
