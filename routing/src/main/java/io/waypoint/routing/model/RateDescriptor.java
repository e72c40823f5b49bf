// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.List;

/** How a request is described to whoever counts requests: by pairs of key and value, in order. */
public record RateDescriptor(List<Entry> entries) {
  /** Descriptors in a limit, entries in a descriptor, and descriptions of one request. */
  public static final int MOST = 16;

  /** Characters in all descriptions of one request: they are held until the answer comes. */
  public static final int MOST_CHARACTERS = 64 * 1024;

  private static final int LONGEST = 256;

  /** Where a pair comes from. */
  public sealed interface Entry {
    /** The same for every request. */
    record Constant(String key, String value) implements Entry {
      public Constant {
        Limits.length(1, LONGEST, key, "key");
        Limits.length(1, LONGEST, value, "value");
      }
    }

    /**
     * A header field.
     *
     * @param name in lower case; {@code :path} (with query), {@code :method} and {@code :authority}
     *     too
     * @param optional whether a request without it is described without this pair; else it is not
     *     described at all
     */
    record Header(String name, String key, boolean optional) implements Entry {
      public Header {
        if (!isKnown(name)) {
          Syntax.fieldName(name);
        }
        Limits.length(1, LONGEST, key, "key");
      }

      private static boolean isKnown(String name) {
        return name.equals(":path") || name.equals(":method") || name.equals(":authority");
      }
    }

    /** What the connection itself proves. */
    enum Fact implements Entry {
      /** The IP address that the caller's connection comes from. */
      REMOTE_ADDRESS("remote_address"),
      /** The caller's identity, a SPIFFE URI. */
      SOURCE_PRINCIPAL("source_principal"),
      /** The full name of the service that is addressed. */
      DESTINATION("destination");

      private final String key;

      Fact(String key) {
        this.key = key;
      }

      public String key() {
        return key;
      }
    }
  }

  /** What is said of one request. */
  public record Stated(List<Pair> pairs) {
    public Stated {
      pairs = List.copyOf(pairs);
    }
  }

  /** Of texts in which bytes that are no UTF-8 were replaced. */
  public record Pair(String key, String value) {}

  public RateDescriptor {
    entries = Limits.atMost(MOST, entries, "entries of a descriptor");
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("a descriptor has at least one entry");
    }
  }
}
