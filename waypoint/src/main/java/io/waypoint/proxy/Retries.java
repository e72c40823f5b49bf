// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.model.Retry;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may be tried again, and when. Pure: what happened is handed in.
 *
 * @param rule what the route says; null when it says nothing
 * @param most further attempts
 */
record Retries(@Nullable Retry rule, int most) {
  /** How an attempt came to nothing. */
  enum Failure {
    /** No connection could be had. */
    UNREACHED,
    /** The endpoint said that it has not looked at the request. */
    UNSEEN,
    /** A connection that had served before was closed without an answer. */
    FOUND_DEAD,
    /** The connection broke without an answer. */
    BROKEN,
    /** No answer in the time of one attempt. */
    LATE,
    /** The answer has a status that the route names. */
    STATUS,
    /** gRPC's UNAVAILABLE or CANCELLED instead of an answer. */
    GRPC_STATUS;

    /** Whether the endpoint has certainly done nothing. */
    boolean isHarmless() {
      return this == UNREACHED || this == UNSEEN;
    }
  }

  /** The least time between two attempts when the route names none. */
  static final Duration BACKOFF = Duration.ofMillis(25);

  private static final int GRPC_CANCELLED = 1;
  private static final int GRPC_UNAVAILABLE = 14;
  private static final int MOST_DOUBLINGS = 4;

  static Retries of(@Nullable Retry rule, int mostByDefault) {
    return new Retries(rule, rule == null ? mostByDefault : rule.attempts());
  }

  /**
   * Whether an attempt that failed so is followed by another one.
   *
   * @param idempotent whether the request may be done twice
   */
  boolean permit(Failure failure, boolean idempotent) {
    return switch (failure) {
      case UNREACHED, UNSEEN, GRPC_STATUS -> true;
      case FOUND_DEAD -> idempotent || rule != null;
      case BROKEN, LATE, STATUS -> rule != null;
    };
  }

  /** What an answer's head says; null when it is final. */
  @Nullable Failure judge(int status, boolean grpc, int grpcStatus) {
    if (rule != null && rule.codes().contains(status)) {
      return Failure.STATUS;
    }
    boolean again = grpcStatus == GRPC_UNAVAILABLE || grpcStatus == GRPC_CANCELLED;
    return grpc && again ? Failure.GRPC_STATUS : null;
  }

  /**
   * How long to wait before an attempt: what was certainly not seen goes elsewhere at once; else at
   * least the backoff, twice as long each time, and up to half of it more by chance, so that those
   * who failed together do not come back together.
   *
   * @param attempt 1 for the first repetition
   */
  Duration delay(int attempt, Failure failure, RandomGenerator random) {
    if (rule == null && failure != Failure.GRPC_STATUS) {
      return Duration.ZERO;
    }
    Duration written = rule == null ? null : rule.backoff();
    long least = (written == null ? BACKOFF : written).toNanos();
    long nanos = least << Math.min(attempt - 1, MOST_DOUBLINGS);
    return nanos < 2
        ? Duration.ofNanos(nanos)
        : Duration.ofNanos(nanos + random.nextLong(nanos / 2));
  }
}
