// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

/** A block of addresses of one family. */
public record Cidr(IpAddress first, long highMask, long lowMask) {
  /**
   * Reads an address or {@code address/length}; bits behind the length are ignored, as Istio does.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    IpAddress address = IpAddress.parse(literal);
    boolean mapped = address.ipv4() && literal.indexOf(':') >= 0;
    int written = address.ipv4() && !mapped ? 32 : 128;
    int length = slash < 0 ? written : IpAddress.decimal(text.substring(slash + 1), 3);
    if (length < (mapped ? 96 : 0) || length > written) {
      throw new IllegalArgumentException("\"" + text + "\" is not a block of IP addresses");
    }
    int bits = address.ipv4() ? length - written + 128 : length;
    long high = mask(Math.min(bits, 64));
    long low = mask(Math.max(bits - 64, 0));
    return new Cidr(
        new IpAddress(address.ipv4(), address.high() & high, address.low() & low), high, low);
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << 64 - bits;
  }

  /** How many bits of an address it fixes: of two around one address the narrower has more. */
  public int prefix() {
    return Long.bitCount(highMask) + Long.bitCount(lowMask);
  }

  public boolean contains(IpAddress address) {
    return address.ipv4() == first.ipv4()
        && (address.high() & highMask) == first.high()
        && (address.low() & lowMask) == first.low();
  }
}
