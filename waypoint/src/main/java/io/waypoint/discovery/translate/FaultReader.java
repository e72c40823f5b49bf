// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Share;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code fault} of a VirtualService's rule. */
final class FaultReader {
  private static final Share NEVER = new Share(0);

  private FaultReader() {}

  /** Null when it breaks nothing. */
  static @Nullable Fault read(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("delay", "abort");
    if (!doc.has("delay") && !doc.has("abort")) {
      doc.error(Code.MISSING_FIELD, doc.path() + " has delay or abort");
      return null;
    }
    Fault.Delay delay = delay(doc.field("delay"));
    Fault.Abort abort = abort(doc.field("abort"));
    return delay == null && abort == null ? null : new Fault(delay, abort);
  }

  private static Fault.@Nullable Delay delay(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("fixedDelay", "percentage", "percent", "exponentialDelay");
    if (doc.has("exponentialDelay")) {
      ConnectionPoolReader.without(doc.field("exponentialDelay"), "Istio never had it either");
    }
    doc.field("fixedDelay").required();
    Duration time = duration(doc.field("fixedDelay"));
    Share share = share(doc);
    return time == null || share == null
        ? null
        : MatchReader.refused(doc.field("fixedDelay"), () -> new Fault.Delay(time, share));
  }

  private static Fault.@Nullable Abort abort(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("httpStatus", "grpcStatus", "http2Error", "percentage");
    if (doc.has("http2Error")) {
      ConnectionPoolReader.without(doc.field("http2Error"), "Istio never had it either");
      return null;
    }
    if (doc.has("httpStatus") == doc.has("grpcStatus")) {
      doc.error(Code.CONTRADICTION, doc.path() + " has one of httpStatus and grpcStatus, not both");
      return null;
    }
    Share share = share(doc);
    if (doc.has("httpStatus")) {
      int status = doc.field("httpStatus").integer(200, 599, 0);
      return share == null || status == 0 ? null : new Fault.Abort(status, -1, share);
    }
    return share == null ? null : Extensions.call(doc.field("grpcStatus"), share);
  }

  /** Without a percentage it never happens: policies.md 5.21. */
  private static @Nullable Share share(Doc doc) {
    Doc value = doc.field("percentage").only("value").field("value");
    if (value.present()) {
      return MatchReader.refused(value, () -> Share.ofPercent(value.raw()));
    }
    int old = doc.field("percent").integer(0, 100, -1);
    if (old >= 0) {
      return new Share(old * 10_000);
    }
    doc.warning(
        Code.NOT_SUPPORTED,
        doc.path() + " never happens: it has no percentage",
        "percentage: {value: 100} for every request");
    return NEVER;
  }

  /** Istio also takes parts of a second, {@code 0.5s}. */
  private static @Nullable Duration duration(Doc doc) {
    String text = doc.raw();
    if (text.matches("\\d{1,5}\\.\\d{1,9}s")) {
      var seconds = new BigDecimal(text.substring(0, text.length() - 1));
      return Duration.ofNanos(seconds.movePointRight(9).longValueExact());
    }
    return TimingReader.duration(doc);
  }
}
