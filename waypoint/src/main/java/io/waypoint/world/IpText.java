// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** One spelling for each address: RFC 5952, and IPv4 inside IPv6 is IPv4. */
public final class IpText {
  private IpText() {}

  /** The canonical spelling of an address literal, or null when the text is not one. */
  public static @Nullable String canonical(String text) {
    InetAddress address = parse(text);
    return address == null ? null : NetUtil.toAddressString(address);
  }

  /** The address that a literal spells, never a name looked up. */
  public static @Nullable InetAddress parse(String text) {
    if (!mayBeLiteral(text) || hasLeadingZero(text)) {
      return null;
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException _) {
      return null;
    }
  }

  private static boolean mayBeLiteral(String text) {
    if (text.isEmpty() || text.length() > 45) {
      return false;
    }
    boolean colon = text.indexOf(':') >= 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean hex = c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      boolean allowed = c >= '0' && c <= '9' || c == '.' || colon && (hex || c == ':');
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** {@code 010.0.0.1} is octal to some and decimal to others; it is nobody's address here. */
  private static boolean hasLeadingZero(String text) {
    if (text.indexOf('.') < 0) {
      return false;
    }
    int start = text.lastIndexOf(':') + 1;
    for (int i = start; i + 1 < text.length(); i++) {
      boolean first = i == start || text.charAt(i - 1) == '.';
      if (first && text.charAt(i) == '0' && text.charAt(i + 1) != '.') {
        return true;
      }
    }
    return false;
  }
}
