// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;

/**
 * What one endpoint's answers say about it. The caller sees to it that one thread at a time
 * reports.
 *
 * <pre>
 *             failed: a counter is full ─ and the share allows ─► eject
 *   in ────────────────────────────────────────────────────────────► out
 *   ▲                                                                 │
 *   └───────────────── sweep, once base × multiplier is over ─────────┘
 * </pre>
 */
public final class EndpointHealth {
  /** What became of a request. */
  public enum Outcome {
    /** An answer below 500. */
    ANSWERED,
    /** 500, 501, 505 and above. */
    SERVER_ERROR,
    /** 502, 503 or 504. */
    GATEWAY_ERROR,
    /** No answer: no connection, a reset, a timeout. */
    LOCAL_ERROR;

    public static Outcome of(int status) {
      return status < 500 || status > 599
          ? ANSWERED
          : status >= 502 && status <= 504 ? GATEWAY_ERROR : SERVER_ERROR;
    }
  }

  private int serverErrors;
  private int gatewayErrors;
  private int localErrors;
  private int multiplier;
  private boolean out;
  private long outSince;

  /** Whether it is ejected. */
  public boolean isOut() {
    return out;
  }

  /**
   * Counts.
   *
   * @return whether a counter is full, so that the endpoint should be ejected if there is room
   */
  public boolean report(Outcome outcome, OutlierDetection policy) {
    boolean local = outcome == Outcome.LOCAL_ERROR;
    if (outcome == Outcome.ANSWERED) {
      serverErrors = 0;
      gatewayErrors = 0;
      localErrors = 0;
      return false;
    }
    if (local && policy.splitLocalErrors()) {
      localErrors++;
      return isFull(localErrors, policy.localErrors());
    }
    // An answer proves that the way to the endpoint is sound.
    localErrors = local ? localErrors : 0;
    serverErrors++;
    gatewayErrors = outcome == Outcome.SERVER_ERROR ? 0 : gatewayErrors + 1;
    return isFull(serverErrors, policy.serverErrors())
        || isFull(gatewayErrors, policy.gatewayErrors());
  }

  private static boolean isFull(int counted, int limit) {
    return limit > 0 && counted >= limit;
  }

  /** Whether one more of a backend's endpoints may be ejected. */
  public static boolean mayEject(int ejected, int endpoints, OutlierDetection policy) {
    return ejected == 0 || 100L * ejected < (long) policy.mostEjectedPercent() * endpoints;
  }

  /**
   * @param now nanoseconds of a clock that never goes back
   */
  public void eject(long now) {
    out = true;
    outSince = now;
    multiplier++;
    serverErrors = 0;
    gatewayErrors = 0;
    localErrors = 0;
  }

  /**
   * Called once an interval.
   *
   * @return whether its ejection has ended
   */
  public boolean sweep(long now, OutlierDetection policy) {
    if (!out) {
      multiplier = Math.max(0, multiplier - 1);
      return false;
    }
    Duration length = policy.baseEjection().multipliedBy(multiplier);
    if (length.compareTo(OutlierDetection.LONGEST_EJECTION) > 0) {
      Duration base = policy.baseEjection();
      Duration longest = OutlierDetection.LONGEST_EJECTION;
      length = base.compareTo(longest) > 0 ? base : longest;
    }
    if (now - outSince < length.toNanos()) {
      return false;
    }
    out = false;
    return true;
  }
}
