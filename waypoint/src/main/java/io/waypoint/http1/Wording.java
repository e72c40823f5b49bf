// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Texts of the heads on one connection. Names that everybody uses are constants; values mostly
 * repeat those of the head before, at the same place, and are the same strings then. Bytes are
 * taken as ISO 8859-1.
 */
public final class Wording {
  /** As many places are remembered, and no value that is longer: idle connections cost memory. */
  private static final int PLACES = 12;

  private static final int LONGEST = 96;

  private static final int SLOTS = 512;
  private static final int PROBES = 4;
  private static final String[] KNOWN = new String[SLOTS];

  static {
    for (String name : KnownNames.LIST) {
      learn(name);
      learn(KnownNames.capitalized(name));
    }
  }

  private final @Nullable String[] values = new String[PLACES];

  private static void learn(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int slot = hash(bytes, 0, bytes.length);
    for (int i = 0; i < PROBES; i++) {
      int at = slot + i & SLOTS - 1;
      if (KNOWN[at] == null) {
        KNOWN[at] = name;
        return;
      }
    }
  }

  private static int hash(byte[] bytes, int at, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes[at + i];
    }
    return hash ^ hash >>> 11;
  }

  /** A field's name as received. */
  public static String name(byte[] bytes, int at, int length) {
    int slot = hash(bytes, at, length);
    for (int i = 0; i < PROBES; i++) {
      String known = KNOWN[slot + i & SLOTS - 1];
      if (known == null) {
        break;
      }
      if (is(known, bytes, at, length)) {
        return known;
      }
    }
    return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * A field's value, or any other text of a head that may be the same next time.
   *
   * @param place the field's among those of its head
   */
  public String value(int place, byte[] bytes, int at, int length) {
    if (length == 0) {
      return "";
    }
    boolean remembered = place < PLACES && length <= LONGEST;
    if (remembered) {
      String last = values[place];
      if (last != null && is(last, bytes, at, length)) {
        return last;
      }
    }
    String value = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    if (remembered) {
      values[place] = value;
    }
    return value;
  }

  private static boolean is(String text, byte[] bytes, int at, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != (bytes[at + i] & 0xff)) {
        return false;
      }
    }
    return true;
  }
}
