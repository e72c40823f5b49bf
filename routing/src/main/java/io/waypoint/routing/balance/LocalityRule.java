// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints are preferred for where they run ({@code localityLbSetting} of a DestinationRule,
 * {@code trafficDistribution} of a Service). The place of reference is the proxy's own.
 */
public sealed interface LocalityRule {
  LocalityRule ANYWHERE = new Anywhere();

  /** {@code PreferSameZone} and {@code PreferClose}. */
  LocalityRule SAME_ZONE = new Closest(List.of(Locality.Part.REGION, Locality.Part.ZONE), Map.of());

  /** {@code PreferSameNode}. */
  LocalityRule SAME_NODE = new Closest(List.of(Locality.Part.values()), Map.of());

  /** Istio's failover: region, zone and subzone, then region and zone, then region, then all. */
  LocalityRule FAILOVER = failover(Map.of());

  /** See {@link #ANYWHERE}. */
  record Anywhere() implements LocalityRule {}

  /**
   * Those that share most of the leading parts come first; the others take over as the closer ones
   * fail.
   *
   * @param parts what is compared, from large to small
   * @param regions for a region of ours, the one to turn to before all others
   * @param here where the proxy runs, as whoever prefers it knows; null for what itself knows
   */
  record Closest(List<Locality.Part> parts, Map<String, String> regions, @Nullable Locality here)
      implements LocalityRule {
    /** Seen from where the proxy itself believes to run. */
    public Closest(List<Locality.Part> parts, Map<String, String> regions) {
      this(parts, regions, null);
    }

    public Closest {
      parts = List.copyOf(parts);
      regions = Map.copyOf(regions);
    }
  }

  /**
   * Shares for each place; places that are not named get nothing. Who is nowhere named as a caller
   * goes anywhere.
   *
   * @param from for where the proxy runs (a pattern such as {@code region/zone/*}), patterns of
   *     places and their shares
   */
  record Distribute(Map<String, Map<String, Integer>> from) implements LocalityRule {
    public Distribute {
      from = Map.copyOf(from);
      for (Map<String, Integer> weights : from.values()) {
        if (weights.values().stream().mapToInt(Integer::intValue).sum() != 100) {
          throw new IllegalArgumentException("the shares of localities add up to 100");
        }
      }
    }

    /** The shares for one who runs there, by the most precise pattern; empty for none. */
    Map<String, Integer> weights(Locality own) {
      return from.entrySet().stream()
          .filter(entry -> own.isWithin(entry.getKey()))
          .max(Map.Entry.comparingByKey())
          .map(Map.Entry::getValue)
          .orElse(Map.of());
    }
  }

  /** Istio's failover with places to turn to. */
  static LocalityRule failover(Map<String, String> regions) {
    return new Closest(
        List.of(Locality.Part.REGION, Locality.Part.ZONE, Locality.Part.SUBZONE), regions);
  }
}
