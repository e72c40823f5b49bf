// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.waypoint.refusal.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RelayTest {
  /** RFC 9113 section 8.5: how a TCP connection error is told. */
  private static final int CONNECT_ERROR = 10;

  private final HboneRig rig = new HboneRig();

  @AfterEach
  void close() {
    rig.close();
  }

  /** Dials {@code destination} for every CONNECT, before the answer or after the first bytes. */
  private TunnelAcceptor to(SocketAddress destination, boolean sniff) {
    return new TunnelAcceptor() {
      @Override
      public void accept(Connect connect, Consumer<ConnectAnswer> answer) {
        if (sniff) {
          answer.accept(ConnectAnswer.SNIFF);
          return;
        }
        rig.serverTransport
            .dial(destination, Duration.ofSeconds(5))
            .whenComplete((uplink, failure) ->
                answer.accept(
                    failure == null
                        ? new ConnectAnswer.Relay(uplink)
                        : new ConnectAnswer.Refuse(503, Refusal.CONNECT_UNREACHABLE)));
      }

      @Override
      public void relay(Connect connect, Consumer<@Nullable Uplink> uplink) {
        rig.serverTransport
            .dial(destination, Duration.ofSeconds(5))
            .whenComplete((dialled, failure) -> uplink.accept(dialled));
      }
    };
  }

  private NetSocket connect() {
    return await(rig.tcp.connect(rig.workload("10.96.0.1:3306")));
  }

  /** What comes out of a tunnel until its end; listens before the first byte can arrive. */
  private CompletableFuture<String> everything() {
    Buffer all = Buffer.buffer();
    CompletableFuture<String> done = new CompletableFuture<>();
    rig.tcp
        .connect(rig.workload("10.96.0.1:3306"))
        .onSuccess(socket ->
            socket.handler(all::appendBuffer).endHandler(end -> done.complete(all.toString())))
        .onFailure(done::completeExceptionally);
    return done;
  }

  @Test
  void theServerMaySpeakFirst() {
    NetServer mysql =
        await(
            rig.serverVertx
                .createNetServer()
                .connectHandler(s -> s.end(Buffer.buffer("hello")))
                .listen(0));
    rig.listen(to(SocketAddress.inetSocketAddress(mysql.actualPort(), "127.0.0.1"), false));

    assertThat(await(everything())).isEqualTo("hello");
  }

  @Test
  void silenceOnAnUndeclaredPortMeansTcp() {
    NetServer mysql =
        await(
            rig.serverVertx
                .createNetServer()
                .connectHandler(s -> s.end(Buffer.buffer("hello")))
                .listen(0));
    rig.listen(to(SocketAddress.inetSocketAddress(mysql.actualPort(), "127.0.0.1"), true));

    assertThat(await(everything())).isEqualTo("hello");
  }

  @Test
  void bytesThatAreNotHttpAreRelayedWithNoneLost() {
    NetServer echo =
        await(rig.serverVertx.createNetServer().connectHandler(s -> s.handler(s::write)).listen(0));
    rig.listen(to(SocketAddress.inetSocketAddress(echo.actualPort(), "127.0.0.1"), true));
    String sent = "\u0000not http" + "0123456789".repeat(100_000);

    for (int round = 0; round < 10; round++) {
      NetSocket socket = connect();
      Buffer got = Buffer.buffer();
      CompletableFuture<Void> all = new CompletableFuture<>();
      socket.handler(data -> {
        got.appendBuffer(data);
        if (got.length() == sent.length()) {
          all.complete(null);
        }
      });
      socket.write(sent);
      await(all);
      assertThat(got.toString()).isEqualTo(sent);
      await(socket.close());
    }
  }

  /** What the dialler cannot tell from an end, it takes for the whole. */
  @Test
  void aDestinationThatBreaksOffIsNotAnEnd() throws IOException {
    try (var destination = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.listen(
          to(SocketAddress.inetSocketAddress(destination.getLocalPort(), "127.0.0.1"), false));
      try (RawPeer peer = rig.peer()) {
        int stream = peer.ask("10.96.0.1:3306");
        Socket server = destination.accept();
        assertThat(peer.status(stream)).isEqualTo("200");
        server.getOutputStream().write("half".getBytes(StandardCharsets.US_ASCII));
        assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("half");
        server.setSoLinger(true, 0);
        server.close();

        RawFrame last = peer.take(f -> f.stream() == stream && f.type() != RawFrame.WINDOW_UPDATE);
        assertThat(last.type()).isEqualTo(RawFrame.RST_STREAM);
        assertThat(last.number(0)).isEqualTo(CONNECT_ERROR);
      }
    }
  }

  @Test
  void aDiallerThatBreaksOffIsNotAnEnd() throws IOException {
    try (var destination = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.listen(
          to(SocketAddress.inetSocketAddress(destination.getLocalPort(), "127.0.0.1"), false));
      try (RawPeer peer = rig.peer()) {
        int stream = peer.ask("10.96.0.1:3306");
        Socket server = destination.accept();
        assertThat(peer.status(stream)).isEqualTo("200");
        peer.data(stream, "half");
        var input = server.getInputStream();
        assertThat(input.readNBytes(4)).asString().isEqualTo("half");
        peer.reset(stream, RawFrame.CANCEL);

        assertThatThrownBy(input::read).isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void anUnreachableDestinationIsRefusedBeforeThe200() {
    rig.listen(to(SocketAddress.inetSocketAddress(1, "127.0.0.1"), false));

    assertThat(rig.tcp.connect(rig.workload("10.96.0.1:3306")).toCompletionStage())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("answered 503");
  }
}
