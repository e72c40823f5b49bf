// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import io.waypoint.hbone.HboneEvents;
import io.waypoint.refusal.Refusal;
import io.waypoint.telemetry.Telemetry;
import java.net.SocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the transport tells, and logs what it refused. */
final class TransportEvents implements HboneEvents {
  private static final Logger LOG = LoggerFactory.getLogger("io.waypoint.hbone");

  private final Telemetry telemetry;
  private final LongAdder connections = new LongAdder();
  private final LongAdder tunnels = new LongAdder();
  private final LongAdder outboundConnections = new LongAdder();
  private final LongAdder outboundTunnels = new LongAdder();
  private final LongAdder coalescing = new LongAdder();
  private final LongAdder coalescingBegun = new LongAdder();

  TransportEvents(Telemetry telemetry) {
    this.telemetry = telemetry;
    telemetry.gauge("waypoint.connections", "HBONE connections of callers", connections::sum);
    telemetry.gauge("waypoint.tunnels", "Tunnels of callers", tunnels::sum);
    telemetry.gauge(
        "waypoint.outbound.connections",
        "HBONE connections to workloads",
        outboundConnections::sum);
    telemetry.gauge("waypoint.outbound.tunnels", "Tunnels to workloads", outboundTunnels::sum);
    telemetry.gauge(
        "waypoint.loops.coalescing",
        "Event loops so busy that they let arrivals gather",
        coalescing::sum);
    telemetry.counter(
        "waypoint.loops.coalescing.begun",
        "How often an event loop began to let arrivals gather",
        coalescingBegun::sum);
  }

  @Override
  public void refused(Refusal reason, @Nullable SocketAddress peer, String detail) {
    telemetry.refused(reason);
    LOG.atDebug()
        .addKeyValue("flag", reason.label())
        .addKeyValue("peer", peer)
        .addKeyValue("detail", detail)
        .log("refused");
  }

  @Override
  public void connectionOpened(Direction direction) {
    connectionsOf(direction).increment();
  }

  @Override
  public void connectionClosed(Direction direction) {
    connectionsOf(direction).decrement();
  }

  @Override
  public void tunnelOpened(Direction direction) {
    tunnelsOf(direction).increment();
  }

  @Override
  public void tunnelClosed(Direction direction) {
    tunnelsOf(direction).decrement();
  }

  @Override
  public void coalescing(boolean begins) {
    coalescing.add(begins ? 1 : -1);
    if (begins) {
      coalescingBegun.increment();
    }
  }

  private LongAdder connectionsOf(Direction direction) {
    return direction == Direction.INBOUND ? connections : outboundConnections;
  }

  private LongAdder tunnelsOf(Direction direction) {
    return direction == Direction.INBOUND ? tunnels : outboundTunnels;
  }
}
