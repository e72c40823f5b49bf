// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection over a real socket; what arrives is put into its channel. */
class ClientConnectionTest {
  private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** What a request is told; a part of the body makes it pause. */
  private static class Pausing implements ClientConnection.Events {
    final ClientConnection connection;

    Pausing(ClientConnection connection) {
      this.connection = connection;
    }

    @Override
    public void interim(int status, Fields fields) {}

    @Override
    public void head(int status, boolean http10, Fields fields) {}

    @Override
    public void part(Part part) {
      connection.pause();
    }

    @Override
    public void ended(Fields trailers) {}

    @Override
    public void failed(Throwable cause) {}

    @Override
    public void drained() {}
  }

  @Test
  void whatNobodyReadsIsReleasedWhenItIsFinished() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ByteBuf unread = bytes("second");
      var sent = new CompletableFuture<Void>();
      connect(server, socket -> switchAndFinish(socket, unread, sent));
      sent.get(10, TimeUnit.SECONDS);
      assertThat(unread.refCnt()).isZero();
    }
  }

  private void connect(ServerSocket server, Handler<NetSocket> then) {
    context.runOnContext(
        v -> vertx.createNetClient().connect(server.getLocalPort(), "127.0.0.1").onSuccess(then));
  }

  private static ChannelPipeline pipeline(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().pipeline();
  }

  /** A connection that has switched protocols and whose request has seen a first part. */
  private ClientConnection switched(
      NetSocket socket, Function<ClientConnection, ClientConnection.Events> events) {
    var settings =
        new ClientConnection.Settings(vertx.getOrCreateContext(), new HeadScratch(), 64 * 1024);
    ClientConnection connection = ClientConnection.on(socket, settings, () -> {});
    connection.begin(events.apply(connection));
    connection.head("GET", "/", "a");
    connection.upgrade();
    pipeline(socket).fireChannelRead(bytes(SWITCHING + "first"));
    return connection;
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private void switchAndFinish(NetSocket socket, ByteBuf unread, CompletableFuture<Void> sent) {
    ClientConnection connection = switched(socket, Pausing::new);
    pipeline(socket).fireChannelRead(unread);
    connection.finish(() -> sent.complete(null));
  }

  /** What fails at the second part, and tells what it is told then. */
  private static final class Failing extends Pausing {
    private final Throwable failure;
    private final CompletableFuture<Throwable> told;
    private boolean again;

    Failing(ClientConnection connection, Throwable failure, CompletableFuture<Throwable> told) {
      super(connection);
      this.failure = failure;
      this.told = told;
    }

    @Override
    public void part(Part part) {
      if (again) {
        throw OnPurpose.thrown(failure);
      }
      again = true;
      connection.pause();
    }

    @Override
    public void failed(Throwable cause) {
      told.complete(cause);
    }
  }

  /** It is not Netty that calls then, who would close the channel. */
  @Test
  void whateverIsThrownAtItsResumptionIsToldAndTheEndOfIt() throws Exception {
    for (Throwable failure : OnPurpose.failures()) {
      try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        ByteBuf unread = bytes("third");
        var told = new CompletableFuture<Throwable>();
        var reported = new CompletableFuture<Throwable>();
        var closed = new CompletableFuture<Void>();
        context.exceptionHandler(reported::complete);
        connect(server, socket -> failAtResumption(socket, unread, failure, told, closed));
        assertThat(told.get(10, TimeUnit.SECONDS)).isSameAs(failure);
        assertThat(reported.get(10, TimeUnit.SECONDS)).isSameAs(failure);
        closed.get(10, TimeUnit.SECONDS);
        var turnOver = new CompletableFuture<Void>();
        context.runOnContext(v -> turnOver.complete(null));
        turnOver.get(10, TimeUnit.SECONDS);
        assertThat(unread.refCnt()).isZero();
      }
    }
  }

  private void failAtResumption(
      NetSocket socket,
      ByteBuf unread,
      Throwable failure,
      CompletableFuture<Throwable> told,
      CompletableFuture<Void> closed) {
    var connection = switched(socket, begun -> new Failing(begun, failure, told));
    ChannelPipeline pipeline = pipeline(socket);
    pipeline.fireChannelRead(bytes("second"));
    pipeline.fireChannelRead(unread);
    pipeline.channel().closeFuture().addListener(v -> closed.complete(null));
    connection.resume();
  }
}
