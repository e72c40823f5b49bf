// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/**
 * Where something runs, from large to small; an unknown part is empty.
 *
 * @param region label {@code topology.kubernetes.io/region}
 * @param zone label {@code topology.kubernetes.io/zone}
 * @param subzone label {@code topology.istio.io/subzone}
 * @param node the machine's name
 */
public record Locality(String region, String zone, String subzone, String node) {
  public static final Locality UNKNOWN = new Locality("", "", "", "");

  /**
   * @param place {@code region/zone/subzone}, of which the end may be missing; null for nothing
   */
  public static Locality parse(@Nullable String place, @Nullable String node) {
    String[] parts = ((place == null ? "" : place) + "//").split("/", -1);
    return new Locality(parts[0], parts[1], parts[2], node == null ? "" : node);
  }

  /** The parts of a locality, from large to small. */
  public enum Part {
    REGION,
    ZONE,
    SUBZONE,
    NODE
  }

  /** A part's name; empty when it is not known. */
  public String part(Part part) {
    return switch (part) {
      case REGION -> region;
      case ZONE -> zone;
      case SUBZONE -> subzone;
      case NODE -> node;
    };
  }

  /** Whether a part is known of both and the same. */
  public boolean shares(Part part, Locality other) {
    return !part(part).isEmpty() && part(part).equals(other.part(part));
  }

  /** Whether {@code region/zone/subzone}, where {@code *} stands for any rest, covers this. */
  public boolean isWithin(String pattern) {
    String[] wanted = pattern.split("/", 3);
    Part[] parts = Part.values();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("*")) {
        return true;
      }
      if (!wanted[i].equals(part(parts[i]))) {
        return false;
      }
    }
    return true;
  }
}
