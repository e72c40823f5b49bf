// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.upstream.Breaker.Resource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What the event loops of a proxy know together of its backends. One for each proxy. */
public final class SharedBackends {
  /** Where figures are shown; they are read from any thread. */
  public interface Meters {
    /** Nobody looks. */
    Meters NONE = (kind, name, description, value, labels) -> {};

    /**
     * @param labels names and values, in turn
     */
    void show(Kind kind, String name, String description, LongSupplier value, String... labels);
  }

  /** What a figure is. */
  public enum Kind {
    COUNTER,
    GAUGE
  }

  private record Name(String namespace, String service, int port) {
    /** As a metric's label, for example {@code default/reviews:9080}. */
    String label() {
      return namespace + "/" + service + ":" + port;
    }
  }

  private final Map<Name, SharedBackend> backends = new ConcurrentHashMap<>();
  private final Meters meters;

  public SharedBackends(Meters meters) {
    this.meters = meters;
  }

  SharedBackend of(EndpointSet set) {
    return backends.computeIfAbsent(
        new Name(set.namespace(), set.service(), set.port()), this::made);
  }

  private SharedBackend made(Name name) {
    var backend = new SharedBackend();
    String[] labels = {"destination", name.label()};
    meters.show(
        Kind.COUNTER,
        "waypoint.outlier.ejections",
        "Endpoints left out because they failed",
        backend::ejections,
        labels);
    meters.show(
        Kind.COUNTER,
        "waypoint.outlier.returns",
        "Endpoints whose ejection has ended",
        backend::returns,
        labels);
    meters.show(
        Kind.GAUGE,
        "waypoint.outlier.ejected",
        "Endpoints that are left out now",
        backend::ejected,
        labels);
    Breaker breaker = backend.breaker();
    for (Resource resource : Resource.values()) {
      String[] ofResource = {"destination", name.label(), "limit", resource.label()};
      meters.show(
          Kind.COUNTER,
          "waypoint.breaker.overflow",
          "How often a limit of connectionPool left no room",
          () -> breaker.overflows(resource),
          ofResource);
      meters.show(
          Kind.GAUGE,
          "waypoint.breaker.used",
          "What is under way to a destination with limits",
          () -> breaker.used(resource),
          ofResource);
    }
    return backend;
  }
}
