// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.AddressBlocks;
import io.waypoint.rbac.Cidr;
import io.waypoint.rbac.IpAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Addresses to which nobody's words may send us. Whoever writes configuration or owns a name in the
 * DNS chooses where we connect, and we stand where they do not: beside the metadata service of the
 * cloud, for one.
 */
public final class OffLimits {
  /** Those that are not link-local: AWS, EKS, Google, Alibaba, Azure. */
  private static final AddressBlocks METADATA =
      AddressBlocks.parse(
          "fd00:ec2::254, fd00:ec2::23, fd20:ce::254, 100.100.100.200, 168.63.129.16");

  /** Behind these bits a translator finds an IPv4 address (RFC 6052). */
  private static final Cidr TRANSLATED = Cidr.parse("64:ff9b::/96");

  /** The same of a network's own choice (RFC 8215): where the address begins is not known. */
  private static final Cidr TRANSLATED_HERE = Cidr.parse("64:ff9b:1::/48");

  /** Where the address may be: RFC 6052 leaves out byte 8. */
  private static final int[][] PLACES = {
    {6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}
  };

  /** The IPv4 address of a relay follows at once (RFC 3056). */
  private static final Cidr RELAYED = Cidr.parse("2002::/16");

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
    IpAddress number = IpAddress.of(address);
    if (METADATA.contains(number)) {
      return "a metadata service";
    }
    byte[] bytes = address.getAddress();
    if (TRANSLATED.contains(number)) {
      return whyInCluster(inner(bytes, 12, 13, 14, 15));
    }
    if (RELAYED.contains(number)) {
      return whyInCluster(inner(bytes, 2, 3, 4, 5));
    }
    return TRANSLATED_HERE.contains(number) ? whyTranslatedHere(bytes) : null;
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

  /** Only what nobody would mean: bytes at the wrong place are often 0.0.0.1 and the like. */
  private static @Nullable String whyTranslatedHere(byte[] bytes) {
    for (int[] places : PLACES) {
      InetAddress inner = inner(bytes, places);
      boolean bad = inner.isLoopbackAddress() || inner.isLinkLocalAddress();
      if (bad || METADATA.contains(IpAddress.of(inner))) {
        return whyInCluster(inner);
      }
    }
    return null;
  }

  private static InetAddress inner(byte[] bytes, int... places) {
    var four = new byte[4];
    for (int i = 0; i < four.length; i++) {
      four[i] = bytes[places[i]];
    }
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
