// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.EndpointSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The budgets of the backends of one event loop. They outlive changes of a backend's endpoints, so
 * that a change does not open them again.
 */
final class RetryBudgets {
  /** Sets that no request uses any more must not stay for their sake. */
  private static final int MOST_SETS = 1_000;

  private final Map<String, RetryBudget> byName = new HashMap<>();
  private final IdentityHashMap<EndpointSet, RetryBudget> bySet = new IdentityHashMap<>();

  RetryBudget of(EndpointSet backend) {
    RetryBudget known = bySet.get(backend);
    if (known != null) {
      return known;
    }
    if (bySet.size() >= MOST_SETS) {
      bySet.clear();
    }
    String name = backend.namespace() + "/" + backend.service() + ":" + backend.port();
    RetryBudget budget = byName.computeIfAbsent(name, _ -> new RetryBudget());
    bySet.put(backend, budget);
    return budget;
  }
}
