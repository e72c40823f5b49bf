// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is not counted for each request: the JVM, the process, and figures of the proxy that are
 * read at a scrape. Micrometer keeps them.
 *
 * <p>Micrometer is set up by the first scrape, so that starting the proxy does not wait for it.
 */
final class ProcessMeters {
  private final Object lock = new Object();
  private final List<Meter> waiting = new ArrayList<>();

  /** Micrometer refers to what a counter reads only weakly. */
  private final List<LongSupplier> counted = new ArrayList<>();

  private @Nullable PrometheusMeterRegistry made;

  private interface Meter {
    void register(PrometheusMeterRegistry registry);
  }

  /**
   * @param labels names and values, in turn
   */
  void gauge(String name, String description, DoubleSupplier value, String... labels) {
    add(registry ->
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
            .description(description)
            .tags(labels)
            .strongReference(true)
            .register(registry));
  }

  /**
   * @param labels names and values, in turn
   */
  void counter(String name, String description, LongSupplier value, String... labels) {
    add(registry -> {
      counted.add(value);
      FunctionCounter.builder(name, value, LongSupplier::getAsLong)
          .description(description)
          .tags(labels)
          .register(registry);
    });
  }

  void refusal(String reason, LongSupplier value) {
    counter("waypoint.refusals", "What was refused, by name", value, "reason", reason);
  }

  void dryRun(String action, String result, LongSupplier value) {
    counter(
        "waypoint.authz.dry.run",
        "What dry-run policies would have decided",
        value,
        "authz_dry_run_action",
        action,
        "authz_dry_run_result",
        result);
  }

  /** The exposition of all of them. */
  String text() {
    synchronized (lock) {
      PrometheusMeterRegistry registry = made;
      if (registry == null) {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new ClassLoaderMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        made = registry;
      }
      for (Meter meter : waiting) {
        meter.register(registry);
      }
      waiting.clear();
      return registry.scrape();
    }
  }

  private void add(Meter meter) {
    synchronized (lock) {
      waiting.add(meter);
    }
  }
}
