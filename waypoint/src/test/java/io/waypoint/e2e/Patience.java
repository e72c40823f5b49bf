// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.WaypointSettings;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** For a busy machine, which is not what these tests look for: settings, and waiting. */
final class Patience {
  private static final Duration LONG = Duration.ofSeconds(30);

  private Patience() {}

  /** The next of what comes sooner or later. */
  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T item = queue.poll(10, TimeUnit.SECONDS);
    assertThat(item).isNotNull();
    return item;
  }

  static WaypointSettings of(WaypointSettings settings) {
    return of(settings, settings.timeouts().maxConnectionAge());
  }

  static WaypointSettings of(WaypointSettings settings, Duration connectionAge) {
    WaypointSettings.Timeouts usual = settings.timeouts();
    return new WaypointSettings(
        settings.ports(),
        new WaypointSettings.Timeouts(
            LONG,
            LONG,
            LONG,
            LONG,
            usual.protocolDetection(),
            LONG,
            usual.streamIdle(),
            usual.upstreamIdle(),
            usual.downstreamIdle(),
            usual.pingInterval(),
            LONG,
            connectionAge),
        settings.limits(),
        settings.drain(),
        settings.instance(),
        settings.mesh(),
        settings.keys());
  }
}
