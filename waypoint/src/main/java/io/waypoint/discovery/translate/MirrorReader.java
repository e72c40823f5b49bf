// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.FilterSpec;

/** Reads where copies of requests go, and of how many. */
final class MirrorReader {
  private static final int WHOLE = 100;

  private MirrorReader() {}

  static FilterSpec read(Manifest route, Doc doc, BackendReader backends) {
    doc.only("backendRef", "percent", "fraction");
    var backend = backends.mirror(route, doc.field("backendRef"));
    if (doc.has("percent") && doc.has("fraction")) {
      doc.error(Code.CONTRADICTION, "a mirror has percent or fraction, not both");
    }
    if (!doc.has("fraction")) {
      int percent = doc.field("percent").integer(0, WHOLE, WHOLE);
      return new FilterSpec.RequestMirror(backend, percent, WHOLE);
    }
    Doc fraction = doc.field("fraction").only("numerator", "denominator");
    int denominator = fraction.field("denominator").integer(1, Integer.MAX_VALUE, WHOLE);
    int numerator = fraction.field("numerator").integer(0, Integer.MAX_VALUE, 0);
    if (!fraction.has("numerator")) {
      fraction.error(Code.MISSING_FIELD, "fraction has no numerator");
    }
    if (numerator > denominator) {
      fraction.error(Code.BAD_VALUE, "numerator is greater than denominator");
      numerator = denominator;
    }
    return new FilterSpec.RequestMirror(backend, numerator, denominator);
  }
}
