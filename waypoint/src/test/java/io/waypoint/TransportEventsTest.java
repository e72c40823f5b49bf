// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.hbone.HboneEvents.Direction;
import io.waypoint.telemetry.MetricsPage;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransportEventsTest {
  private final Telemetry telemetry =
      new Telemetry(TelemetrySettings.of("1"), () -> 0, InstantSource.fixed(Instant.EPOCH), null);
  private final TransportEvents events = new TransportEvents(telemetry);

  @Test
  void loopsThatGatherAreCountedAndHowOftenOneBegan() {
    events.coalescing(true);
    events.coalescing(true);
    events.coalescing(false);
    events.coalescing(true);

    assertThat(page())
        .contains("waypoint_loops_coalescing 2.0", "waypoint_loops_coalescing_begun_total 3.0");
  }

  @Test
  void connectionsAndTunnelsAreCountedByTheirDirection() {
    events.connectionOpened(Direction.INBOUND);
    events.connectionOpened(Direction.OUTBOUND);
    events.connectionOpened(Direction.OUTBOUND);
    events.tunnelOpened(Direction.INBOUND);
    events.tunnelClosed(Direction.INBOUND);

    assertThat(page())
        .contains(
            "waypoint_connections 1.0",
            "waypoint_outbound_connections 2.0",
            "waypoint_tunnels 0.0",
            "waypoint_outbound_tunnels 0.0");
  }

  private List<String> page() {
    MetricsPage page = telemetry.page();
    var text = new StringBuilder();
    for (String chunk = page.next(); chunk != null; chunk = page.next()) {
      text.append(chunk);
    }
    return text.toString().lines().toList();
  }
}
