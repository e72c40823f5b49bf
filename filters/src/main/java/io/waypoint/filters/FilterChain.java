// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import java.util.List;

/** The filters of a route in the order in which a request meets them. Immutable. */
public final class FilterChain {
  public static final FilterChain EMPTY = new FilterChain(List.of());

  private final Filter[] filters;

  public FilterChain(List<Filter> filters) {
    this.filters = filters.toArray(new Filter[0]);
  }

  public boolean isEmpty() {
    return filters.length == 0;
  }

  /** Begins an exchange. */
  public Passage enter(Exchange exchange) {
    return new Passage(filters, exchange);
  }

  /**
   * One exchange's way through the chain.
   *
   * <pre>
   *   forward ──► filter 0 ──► filter 1 ──► ... CONTINUE after the last one
   *                  │            └─ Respond: the way ends; backward starts at this filter
   *                  └─ Await: call forward again with the awaited decision
   *   backward ◄── every filter that saw the request, the last one first
   * </pre>
   */
  public static final class Passage {
    private final Filter[] filters;
    private final Exchange exchange;
    private int seen;

    private Passage(Filter[] filters, Exchange exchange) {
      this.filters = filters;
      this.exchange = exchange;
    }

    /** Shows the request to the filters that have not seen it, until one decides otherwise. */
    public Decision forward() {
      while (seen < filters.length) {
        Decision decision = filters[seen++].onRequest(exchange);
        if (!(decision instanceof Decision.Continue)) {
          return decision;
        }
      }
      return Decision.CONTINUE;
    }

    /** Goes on after a wait: only a decision to continue shows the request to further filters. */
    public Decision forward(Decision awaited) {
      return awaited instanceof Decision.Continue ? forward() : awaited;
    }

    /** Shows the answer to every filter that saw the request. */
    public void backward() {
      while (seen > 0) {
        filters[--seen].onResponse(exchange);
      }
    }
  }
}
