// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The material in use and those who want to know of the next. */
final class Current {
  private static final Logger log = LoggerFactory.getLogger(Current.class);

  private final InstantSource clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Material material;

  Current(InstantSource clock) {
    this.clock = clock;
  }

  @Nullable Material get() {
    Material now = material;
    return now == null || clock.instant().isAfter(now.expiry()) ? null : now;
  }

  Certificates.Subscription onChange(Runnable listener) {
    // One of its own, so that the same listener can be registered twice and each ends by itself.
    Runnable registered = () -> listener.run();
    listeners.add(registered);
    return () -> listeners.remove(registered);
  }

  void set(Material next) {
    synchronized (this) {
      material = next;
    }
    announce(next);
  }

  /** Takes the place of what is expected to be in use, and of nothing else. */
  void replace(Material expected, Material next) {
    synchronized (this) {
      if (material != expected) {
        return;
      }
      material = next;
    }
    announce(next);
  }

  private void announce(Material next) {
    log.atInfo()
        .addKeyValue("identity", next.id())
        .addKeyValue("serial", next.leaf().getSerialNumber().toString(16))
        .addKeyValue("until", next.expiry())
        .log("certificate in use");
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("listener of certificate changes failed");
      }
    }
  }
}
