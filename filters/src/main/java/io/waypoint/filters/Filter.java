// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

/**
 * Takes part in exchanges. A filter is built once for each configuration and holds no state of a
 * single exchange; it runs on the exchange's event loop and never blocks it.
 */
public interface Filter {
  /** Sees the request on its way upstream. */
  default Decision onRequest(Exchange exchange) {
    return Decision.CONTINUE;
  }

  /**
   * Sees the head of the answer, whether it came from upstream or from a filter behind this one;
   * only when this filter saw the request.
   */
  default void onResponse(Exchange exchange) {}
}
