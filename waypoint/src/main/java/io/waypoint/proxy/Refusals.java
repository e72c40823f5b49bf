// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.refusal.Refusal;

/** The status that answers a refused request. */
final class Refusals {
  private Refusals() {}

  static int status(Refusal refusal) {
    return switch (refusal) {
      case REQUEST_METHOD_NOT_SERVED -> 405;
      case REQUEST_EXPECTATION -> 417;
      case REQUEST_TOO_MANY_FIELDS, REQUEST_FIELDS_TOO_LARGE -> 431;
      case REQUEST_VERSION -> 505;
      default -> 400;
    };
  }
}
