// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.bookinfo;

import io.vertx.core.MultiMap;
import java.util.List;

/** The headers an application must hand on so that one user's click is one trace. */
final class TraceHeaders {
  private static final List<String> NAMES =
      List.of(
          "x-request-id",
          "traceparent",
          "tracestate",
          "b3",
          "x-b3-traceid",
          "x-b3-spanid",
          "x-b3-parentspanid",
          "x-b3-sampled",
          "x-b3-flags",
          "end-user",
          "user-agent");

  private TraceHeaders() {}

  static void copy(MultiMap from, MultiMap to) {
    for (String name : NAMES) {
      String value = from.get(name);
      if (value != null) {
        to.set(name, value);
      }
    }
  }
}
