// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An IP address as two numbers, so that comparing allocates nothing. An IPv4 address sits in the
 * low half; an IPv4-mapped IPv6 address is the IPv4 address.
 */
public record IpAddress(boolean ipv4, long high, long low) {
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long LOW_WORD = 0xffff_ffffL;

  public static IpAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return new IpAddress(true, 0, ByteBuffer.wrap(bytes).getInt() & LOW_WORD);
    }
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long high = words.getLong();
    long low = words.getLong();
    return high == 0 && (low & ~LOW_WORD) == MAPPED
        ? new IpAddress(true, 0, low & LOW_WORD)
        : new IpAddress(false, high, low);
  }

  /**
   * Reads a literal: four decimal numbers without leading zeros, or IPv6 without zone. Names are
   * never looked up.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static IpAddress parse(String text) {
    if (text.indexOf(':') < 0) {
      return new IpAddress(true, 0, parseIpv4(text));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ':' && c != '.' && Character.digit(c, 16) < 0 || c > 'f') {
        throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
      }
    }
    try {
      return of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
    }
  }

  private static long parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    boolean valid = parts.length == 4;
    long bits = 0;
    for (String part : parts) {
      int number = valid ? decimal(part, 3) : -1;
      valid &= number >= 0 && number <= 255 && (part.length() == 1 || part.charAt(0) != '0');
      bits = bits << 8 | number;
    }
    if (!valid) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
    }
    return bits;
  }

  /** A number of ASCII digits; -1 when it is none or too long. */
  static int decimal(String text, int longest) {
    if (text.isEmpty() || text.length() > longest) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  @Override
  public String toString() {
    if (ipv4) {
      return (low >> 24) + "." + (low >> 16 & 255) + "." + (low >> 8 & 255) + "." + (low & 255);
    }
    var text = new StringBuilder(39);
    for (int shift = 112; shift >= 0; shift -= 16) {
      long word = (shift >= 64 ? high >>> shift - 64 : low >>> shift) & 0xffff;
      text.append(Long.toHexString(word)).append(shift == 0 ? "" : ":");
    }
    return text.toString();
  }
}
