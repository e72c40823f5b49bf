// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.Locale;

/**
 * Where the rate of a cell's windows comes from.
 *
 * @param share of the smallest capacity found; no rate is above it
 * @param asked requests a second that the scenario wants for every system in all of its cells; 0
 *     when it is the share that counts
 */
public record RateBasis(Kind kind, double share, double asked) {
  /** How it came out. */
  public enum Kind {
    /** The share of the smallest capacity. */
    SHARE,
    /** The rate that was asked for. */
    FIXED,
    /** The share, because the rate that was asked for is above it. */
    LOWERED
  }

  /** Decides how a rate comes out. {@code smallest} is in requests a second. */
  public static RateBasis of(double share, double asked, double smallest) {
    Kind kind = asked == 0 ? Kind.SHARE : asked <= share * smallest ? Kind.FIXED : Kind.LOWERED;
    return new RateBasis(kind, share, asked);
  }

  /** Requests a second to offer. */
  public double rate(double smallest) {
    return kind == Kind.FIXED ? asked : share * smallest;
  }

  /** To be read after the rate. */
  public String words() {
    String part = String.format(Locale.ROOT, "%s %% of the smallest capacity", Html.percent(share));
    return switch (kind) {
      case SHARE -> part;
      case FIXED -> "fixed";
      case LOWERED ->
          String.format(
              Locale.ROOT, "lowered from a fixed %s to %s", Html.number(asked) + "/s", part);
    };
  }
}
