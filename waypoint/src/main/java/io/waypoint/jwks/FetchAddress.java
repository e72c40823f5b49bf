// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.waypoint.rbac.AddressBlocks;
import io.waypoint.rbac.IpAddress;
import io.waypoint.world.OffLimits;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where keys may be fetched from. Whoever writes a policy chooses the address, so the ones that
 * only the machine itself should ask are refused: metadata services of clouds, which are
 * link-local, and what is no single host. That this machine is asked itself is not refused: the
 * answer is used only if it is a key set, and is shown to nobody.
 */
final class FetchAddress {
  private FetchAddress() {}

  /** Looks a host up; blocks. One address that is refused refuses the name. */
  static InetAddress of(String host, AddressBlocks refused) throws UnknownHostException {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    InetAddress[] found = InetAddress.getAllByName(bare);
    for (InetAddress address : found) {
      if (isRefused(address) || refused.contains(IpAddress.of(address))) {
        throw new UnknownHostException(
            host + " is " + address.getHostAddress() + ": no keys are fetched from there");
      }
    }
    InetAddress first = found[0];
    for (InetAddress address : found) {
      if (address instanceof Inet4Address) {
        first = address;
        break;
      }
    }
    return first;
  }

  static boolean isRefused(InetAddress address) {
    return OffLimits.why(address) != null;
  }
}
