// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.EndpointSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The budgets of backends, as one event loop finds them. They outlive changes of a backend's
 * endpoints, so that a change does not open them again.
 */
public final class RetryBudgets {
  /** Those of all event loops of a process, by the backend's name. */
  public static final class All {
    private final Map<String, RetryBudget> services = new ConcurrentHashMap<>();
    private final Map<String, RetryBudget> pods = new ConcurrentHashMap<>();
  }

  /** Sets that no request uses any more must not stay for their sake. */
  private static final int MOST_SETS = 1_000;

  private final All all;
  private final IdentityHashMap<EndpointSet, RetryBudget> bySet = new IdentityHashMap<>();

  RetryBudgets(All all) {
    this.all = all;
  }

  /**
   * @param pod whether a pod's own address was addressed: a Service may have its name and port
   */
  RetryBudget of(EndpointSet backend, boolean pod) {
    RetryBudget known = bySet.get(backend);
    if (known != null) {
      return known;
    }
    if (bySet.size() >= MOST_SETS) {
      bySet.clear();
    }
    String name = backend.namespace() + "/" + backend.service() + ":" + backend.port();
    Map<String, RetryBudget> byName = pod ? all.pods : all.services;
    RetryBudget budget = byName.computeIfAbsent(name, _ -> new RetryBudget());
    bySet.put(backend, budget);
    return budget;
  }
}
