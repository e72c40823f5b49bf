// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import java.util.concurrent.atomic.LongAdder;

/** How often keys were asked for at all locations together; from any thread. */
record FetchCounts(LongAdder fetches, LongAdder failures) {
  FetchCounts() {
    this(new LongAdder(), new LongAdder());
  }
}
