// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Units;
import io.waypoint.routing.model.Retry;
import io.waypoint.routing.model.Timeouts;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how long a rule's requests may take and what is tried again. */
final class TimingReader {
  private TimingReader() {}

  /** Null when the rule says nothing, or nothing that can be used. */
  static @Nullable Timeouts timeouts(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("request", "backendRequest");
    Duration request = duration(doc.field("request"));
    Duration backendRequest = duration(doc.field("backendRequest"));
    return MatchReader.refused(
        doc.field("backendRequest"), () -> new Timeouts(request, backendRequest));
  }

  /** Null when the rule says nothing, or nothing that can be used. */
  static @Nullable Retry retry(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    doc.only("codes", "attempts", "backoff");
    Set<Integer> codes = new LinkedHashSet<>();
    for (Doc code : doc.field("codes").list()) {
      int status = code.integer(400, 599, 0);
      if (status > 0) {
        codes.add(status);
      }
    }
    int attempts = doc.field("attempts").integer(1, Integer.MAX_VALUE, Retry.DEFAULT_ATTEMPTS);
    return new Retry(codes, attempts, duration(doc.field("backoff")));
  }

  /** Null when it is not written or no duration. */
  static @Nullable Duration duration(Doc doc) {
    String text = doc.text();
    Duration duration = text == null ? null : Units.duration(text);
    if (text != null && duration == null) {
      doc.error(
          Code.BAD_VALUE,
          doc.path() + " is \"" + text + "\", not a duration",
          "one to four whole numbers with h, m, s or ms, for example 1m30s");
    }
    return duration;
  }
}
