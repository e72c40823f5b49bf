// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

/**
 * The 64-bit hash xxHash of texts of one byte a character, as header fields are. Envoy hashes with
 * it, so both place equal keys alike.
 */
final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  private XxHash64() {}

  /** Allocates nothing. */
  static long hash(CharSequence text, int from, int to, long seed) {
    int at = from;
    long hash;
    if (to - from >= STRIPE) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; to - at >= STRIPE; at += STRIPE) {
        a = round(a, bytes(text, at, 8));
        b = round(b, bytes(text, at + 8, 8));
        c = round(c, bytes(text, at + 16, 8));
        d = round(d, bytes(text, at + 24, 8));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    hash += to - from;
    for (; to - at >= 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, bytes(text, at, 8)), 27) * P1 + P4;
    }
    for (; to - at >= 4; at += 4) {
      hash = Long.rotateLeft(hash ^ bytes(text, at, 4) * P1, 23) * P2 + P3;
    }
    for (; at < to; at++) {
      hash = Long.rotateLeft(hash ^ bytes(text, at, 1) * P5, 11) * P1;
    }
    hash = (hash ^ hash >>> 33) * P2;
    hash = (hash ^ hash >>> 29) * P3;
    return hash ^ hash >>> 32;
  }

  static long hash(CharSequence text, long seed) {
    return hash(text, 0, text.length(), seed);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }

  private static long bytes(CharSequence text, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (text.charAt(at + i) & 0xffL) << 8 * i;
    }
    return value;
  }
}
