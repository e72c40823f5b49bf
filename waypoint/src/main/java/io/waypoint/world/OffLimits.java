// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses to which nobody's words may send us. Whoever writes configuration or owns a name in the
 * DNS chooses where we connect, and we stand where they do not: beside the metadata service of the
 * cloud, for one.
 */
public final class OffLimits {
  /** The IPv6 address of AWS's metadata service is not link-local. */
  private static final byte[] AWS_METADATA = {
    (byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54
  };

  /** Behind these 96 bits a translator finds an IPv4 address (RFC 6052). */
  private static final byte[] TRANSLATED = {
    0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private OffLimits() {}

  /** What an address is, when it is none of a host that may be asked; else null. */
  public static @Nullable String why(InetAddress address) {
    if (address.isLinkLocalAddress()) {
      return "a link-local address";
    }
    if (address.isAnyLocalAddress() || isOfNoHost(address)) {
      return "no address of a host";
    }
    if (address.isMulticastAddress()) {
      return "a multicast address";
    }
    byte[] bytes = address.getAddress();
    if (Arrays.equals(bytes, AWS_METADATA)) {
      return "a metadata service";
    }
    InetAddress inner = translated(bytes);
    return inner == null ? null : inner.isLoopbackAddress() ? "a loopback address" : why(inner);
  }

  /**
   * The same where this machine is no host to be asked either, as in a cluster: on its loopback are
   * our own doors for the administrator.
   */
  public static @Nullable String whyInCluster(InetAddress address) {
    return address.isLoopbackAddress() ? "a loopback address" : why(address);
  }

  /** 0.0.0.0/8 and 240.0.0.0/4, where the virtual addresses of a mesh and broadcast are. */
  private static boolean isOfNoHost(InetAddress address) {
    byte first = address.getAddress()[0];
    return address instanceof Inet4Address && (first == 0 || (first & 0xf0) == 0xf0);
  }

  private static @Nullable InetAddress translated(byte[] bytes) {
    if (bytes.length != 16 || !Arrays.equals(bytes, 0, 12, TRANSLATED, 0, 12)) {
      return null;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException _) {
      return null;
    }
  }
}
