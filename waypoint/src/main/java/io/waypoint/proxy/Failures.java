// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import io.waypoint.upstream.UpstreamFailure;
import java.io.IOException;

/** What a failed attempt means. */
final class Failures {
  private static final long REFUSED_STREAM = 7;

  private Failures() {}

  static LocalAnswer answerTo(UpstreamFailure failure) {
    return switch (failure) {
      case CONNECT -> LocalAnswer.CONNECT_FAILED;
      case UNTRUSTED -> LocalAnswer.UNTRUSTED;
      case TIMEOUT -> LocalAnswer.CONNECT_TIMEOUT;
      case OVERFLOW -> LocalAnswer.OVERFLOW;
    };
  }

  static LocalAnswer answerTo(Throwable cause) {
    return switch (cause) {
      case StreamResetException reset -> LocalAnswer.RESET;
      case HttpClosedException closed -> LocalAnswer.TERMINATED;
      case IOException broken -> LocalAnswer.TERMINATED;
      default -> LocalAnswer.PROTOCOL_ERROR;
    };
  }

  /**
   * Whether the endpoint said that it has not looked at the request, or cannot have seen it.
   *
   * @param streamId negative when the request never became a stream
   */
  static boolean isRefusal(Throwable cause, int streamId) {
    if (streamId < 0) {
      return true;
    }
    if (cause instanceof StreamResetException reset) {
      return reset.getCode() == REFUSED_STREAM;
    }
    if (cause instanceof HttpClosedException closed) {
      GoAway last = closed.goAway();
      return last != null && Integer.compareUnsigned(streamId, last.getLastStreamId()) > 0;
    }
    return false;
  }

  /** Whether a request may be sent again although the endpoint may have seen it. */
  static boolean isIdempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
      default -> false;
    };
  }
}
