// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the authority of a CONNECT: {@code ip:port}, {@code [ipv6]:port} or {@code hostname:port}.
 * One canonical spelling comes out, so that what is looked up is what was judged; decimal, octal
 * and short IPv4 forms, zone ids, user info, paths and port 0 are malformed (RFC 9110 section
 * 9.3.6, RFC 3986 section 3.2.2).
 */
final class ConnectAuthority {
  private static final int LONGEST_NAME = 253;

  private ConnectAuthority() {}

  /** The target, or null when the text is malformed. */
  static @Nullable TunnelTarget parse(CharSequence authority) {
    String text = authority.toString();
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || text.length() > LONGEST_NAME + 8) {
      return null;
    }
    int port = port(text, colon + 1);
    if (port < 0) {
      return null;
    }
    String host = text.substring(0, colon);
    if (host.charAt(0) == '[') {
      return host.length() > 2 && host.endsWith("]")
          ? ipv6(host.substring(1, host.length() - 1), port)
          : null;
    }
    if (NetUtil.isValidIpV4Address(host)) {
      return hasLeadingZero(host) ? null : new TunnelTarget(host, port);
    }
    return isName(host) ? new TunnelTarget(canonicalName(host), port) : null;
  }

  private static int port(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 5 || text.charAt(from) == '0') {
      return -1;
    }
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = port * 10 + (c - '0');
    }
    return port <= 65_535 ? port : -1;
  }

  private static @Nullable TunnelTarget ipv6(String literal, int port) {
    // Netty's check would take a zone id and a second pair of brackets.
    if (literal.indexOf('%') >= 0
        || literal.indexOf('[') >= 0
        || !NetUtil.isValidIpV6Address(literal)) {
      return null;
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
    if (bytes == null) {
      return null;
    }
    try {
      // An IPv4-mapped literal becomes the IPv4 address that it means.
      return new TunnelTarget(NetUtil.toAddressString(InetAddress.getByAddress(bytes)), port);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static boolean hasLeadingZero(String ipv4) {
    for (int i = 0; i < ipv4.length() - 1; i++) {
      boolean octetStart = i == 0 || ipv4.charAt(i - 1) == '.';
      if (octetStart && ipv4.charAt(i) == '0' && ipv4.charAt(i + 1) != '.') {
        return true;
      }
    }
    return false;
  }

  /**
   * A DNS name of letter-digit-hyphen labels whose last label is not a number, decimal or
   * hexadecimal, so that no odd IPv4 spelling passes as a name.
   */
  private static boolean isName(String host) {
    int end = host.endsWith(".") ? host.length() - 1 : host.length();
    if (end < 1 || end > LONGEST_NAME) {
      return false;
    }
    int label = 0;
    boolean letters = false;
    for (int i = 0; i < end; i++) {
      char c = host.charAt(i);
      if (c == '.') {
        if (label == 0 || host.charAt(i - 1) == '-') {
          return false;
        }
        label = 0;
        letters = false;
        continue;
      }
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && (c != '-' || label == 0) || ++label > 63) {
        return false;
      }
      letters |= letter || c == '-';
    }
    return label > 0
        && letters
        && host.charAt(end - 1) != '-'
        && !isHexadecimal(host, end - label, end);
  }

  private static boolean isHexadecimal(String host, int from, int end) {
    if (end - from < 2 || host.charAt(from) != '0' || (host.charAt(from + 1) | 0x20) != 'x') {
      return false;
    }
    for (int i = from + 2; i < end; i++) {
      if (Character.digit(host.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static String canonicalName(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return name.toLowerCase(Locale.ROOT);
  }
}
