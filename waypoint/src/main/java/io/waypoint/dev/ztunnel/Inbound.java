// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.vertx.core.net.SocketAddress;
import io.waypoint.hbone.Connect;
import io.waypoint.hbone.ConnectAnswer;
import io.waypoint.hbone.HboneServer;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The inbound side for one workload: HBONE with that workload's certificate, to the process that
 * plays it. The process is dialled before the CONNECT is answered, so that whoever tunnels learns
 * that it is down.
 *
 * <pre>
 *   CONNECT app ──► dial app ──► 200 ──► relay
 *                      └ refused ─► 503
 * </pre>
 */
final class Inbound {
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;
  private static final Duration DIAL = Duration.ofSeconds(5);

  /** Who plays the workload. It may change while the listener stays. */
  record Local(SpiffeId identity, InetSocketAddress app) {
    boolean isMeantBy(Connect connect) {
      return connect.target().authorityPort() == app.getPort()
          && connect.target().authorityHost().equals(app.getAddress().getHostAddress());
    }
  }

  private final HboneTransport transport;
  private volatile Local process;
  private @Nullable HboneServer server;

  private Inbound(HboneTransport transport, Local process) {
    this.transport = transport;
    this.process = process;
  }

  static CompletionStage<Inbound> listen(
      HboneTransport transport,
      InetSocketAddress address,
      LoopbackZtunnel.Identities identities,
      Local process) {
    Inbound inbound = new Inbound(transport, process);
    return HboneServer.listen(
            transport,
            address,
            HboneServer.Listeners.all("inbound"),
            () -> identities.of(inbound.process.identity()),
            inbound::decide)
        .thenApply(server -> {
          inbound.server = server;
          return inbound;
        });
  }

  void played(Local by) {
    process = by;
  }

  InetSocketAddress address() {
    return Objects.requireNonNull(server).address();
  }

  void close() {
    Objects.requireNonNull(server).close();
  }

  private void decide(Connect connect, Consumer<ConnectAnswer> answer) {
    Local now = process;
    if (!now.isMeantBy(connect)) {
      answer.accept(new ConnectAnswer.Refuse(BAD_REQUEST, Refusal.CONNECT_UNKNOWN));
      return;
    }
    transport
        .dial(SocketAddress.inetSocketAddress(now.app()), DIAL)
        .whenComplete((uplink, failure) ->
            answer.accept(
                failure == null
                    ? new ConnectAnswer.Relay(uplink)
                    : new ConnectAnswer.Refuse(UNAVAILABLE, Refusal.CONNECT_UNREACHABLE)));
  }
}
