// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.waypoint.hbone.VertxLoop;
import io.waypoint.http1.OnPurpose;
import io.waypoint.http1.Part;
import io.waypoint.http1.RequestLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection between real sockets, with an exchange that misbehaves as told. */
class Http1ConnectionTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final CompletableFuture<Throwable> gone = new CompletableFuture<>();
  private volatile Consumer<IncomingRequest> exchange = request -> {};
  private Context context = vertx.getOrCreateContext();
  private int port;

  @BeforeEach
  void listen() throws Exception {
    Promise<Channel> bound = Promise.promise();
    context.runOnContext(v -> {
      context = vertx.getOrCreateContext();
      VertxLoop loop = VertxLoop.current(vertx);
      var acceptor =
          new Http1Acceptor(
              loop,
              new RequestLimits(1_000, 10_000, 100),
              (remote, local) -> request -> exchange.accept(request));
      bound.complete(bind(loop.netty(), acceptor).channel());
    });
    Channel channel = get(bound);
    port = ((InetSocketAddress) channel.closeFuture().channel().localAddress()).getPort();
  }

  private static io.netty.channel.ChannelFuture bind(EventLoop loop, Http1Acceptor acceptor) {
    Channel channel =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    acceptor.accept(accepted);
                  }
                })
            .register()
            .channel();
    return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static <T> T get(Promise<T> promise) throws Exception {
    return promise.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private String exchange(String bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException reset) {
      return "reset";
    }
  }

  private static void answer(IncomingRequest request) {
    request.response().end(Part.of(Buffer.buffer("ok")));
    request.closeConnection();
  }

  /** What fails while it reads. */
  private record Failing(boolean inPart) implements BodyReader {
    @Override
    public void part(Part bytes) {
      if (inPart) {
        throw new IllegalStateException("on purpose");
      }
    }

    @Override
    public void end() {
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void whatFailsEndsItsExchangeAndItsConnection() throws Exception {
    exchange =
        request -> {
          request.response().exceptionHandler(gone::complete);
          throw new IllegalStateException("on purpose");
        };
    assertThat(exchange(GET)).isEqualTo("reset");
    assertThat(gone.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void whatFailsWhileItReadsEndsItToo() throws Exception {
    for (boolean inPart : new boolean[] {true, false}) {
      var told = new CompletableFuture<Throwable>();
      exchange =
          request -> {
            request.response().exceptionHandler(told::complete);
            request.read(new Failing(inPart));
          };
      assertThat(exchange(POST)).isEqualTo("reset");
      assertThat(told.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  /** The second request is not begun by Netty, who would close the channel. */
  @Test
  void whateverIsThrownEndsTheConnection() throws Exception {
    for (Throwable failure : OnPurpose.failures()) {
      var told = new CompletableFuture<Throwable>();
      var second = new AtomicBoolean();
      exchange =
          request -> {
            if (second.getAndSet(true)) {
              request.response().exceptionHandler(told::complete);
              throw OnPurpose.thrown(failure);
            }
            context.runOnContext(v -> request.response().end(Part.of(Buffer.buffer("x"))));
          };
      assertThat(exchange(GET + GET)).isEqualTo("reset");
      assertThat(told.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void everythingRunsOnTheContextOfTheLoop() throws Exception {
    List<Context> seen = new ArrayList<>();
    exchange =
        request -> {
          seen.add(Vertx.currentContext());
          request.read(
              new BodyReader() {
                @Override
                public void part(Part bytes) {
                  seen.add(Vertx.currentContext());
                }

                @Override
                public void end() {
                  seen.add(Vertx.currentContext());
                  answer(request);
                }
              });
        };
    assertThat(exchange(POST)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    assertThat(seen).hasSize(3).allMatch(context::equals);
  }

  @Test
  void anAnswerThatIsLongerThanItSaysIsBrokenOff() throws Exception {
    exchange =
        request -> {
          request.response().headers().set("content-length", "3");
          request.response().write(Part.of(Buffer.buffer("abc")));
          request.response().write(Part.of(Buffer.buffer("HTTP/1.1 200 OK\r\n\r\n")));
        };
    assertThat(exchange(GET + GET)).endsWith("\r\n\r\nabc");
  }

  @Test
  void anAnswerThatIsShorterThanItSaysIsBrokenOff() throws Exception {
    exchange =
        request -> {
          request.response().headers().set("content-length", "3");
          request.response().end(Part.of(Buffer.buffer("ab")));
        };
    assertThat(exchange(GET + GET)).doesNotContain("200 OK");
  }

  @Test
  void writesOnlyWhatHasAnEnd() throws Exception {
    var failure = new CompletableFuture<Throwable>();
    exchange =
        request -> {
          try {
            request.response().write(Part.of(Buffer.buffer("endless")));
          } catch (IllegalStateException e) {
            failure.complete(e);
          }
          request.response().headers().set("content-length", "1, 1");
          try {
            request.response().writeHead();
          } catch (IllegalStateException e) {
            answerAnew(request);
          }
        };
    assertThat(exchange(GET)).endsWith("\r\n\r\nok");
    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("no end");
  }

  private static void answerAnew(IncomingRequest request) {
    request.response().headers().clear();
    answer(request);
  }

  @Test
  void otherThreadsMayNotWrite() throws Exception {
    var given = new CompletableFuture<IncomingRequest>();
    exchange = given::complete;
    var answered = new CompletableFuture<String>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answered.complete(exchange(GET));
          } catch (IOException e) {
            answered.completeExceptionally(e);
          }
        });
    IncomingRequest request = given.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> request.response().end()).isInstanceOf(IllegalStateException.class);
    context.runOnContext(v -> answer(request));
    assertThat(answered.get(10, TimeUnit.SECONDS)).endsWith("\r\n\r\nok");
  }

  @Test
  void trailersFollowTheLastChunk() throws Exception {
    exchange =
        request -> {
          OutgoingResponse response = request.response();
          response.chunked();
          response.write(Part.of(Buffer.buffer("x".repeat(20_000))));
          response.write(Part.of(Buffer.buffer()));
          response.trailers().add("grpc-status", "0");
          response.end(Part.of(Buffer.buffer("last")));
          request.closeConnection();
        };
    assertThat(exchange(GET))
        .contains("transfer-encoding: chunked\r\n", "\r\n\r\n4e20\r\nxxx")
        .endsWith("x\r\n4\r\nlast\r\n0\r\ngrpc-status: 0\r\n\r\n");
  }

  @Test
  void aRequestIsNotBegunInsideTheEndOfTheOneBefore() throws Exception {
    List<String> order = new ArrayList<>();
    exchange =
        request -> {
          order.add("begins");
          request.read(new Failing(false));
          context.runOnContext(v -> {
            request.response().end(Part.of(Buffer.buffer("x")));
            order.add("ended");
            if (order.size() == 4) {
              request.closeConnection();
            }
          });
        };
    assertThat(exchange(GET + GET)).endsWith("x");
    assertThat(order).containsExactly("begins", "ended", "begins", "ended");
  }

  /** Nobody would ever end it: its exchange is over, and what was written never gets out. */
  @Test
  void whatIsBrokenOffDoesNotWaitForACallerWhoDoesNotRead() throws Exception {
    var closed = new CompletableFuture<Void>();
    exchange =
        request -> {
          OutgoingResponse response = request.response();
          response.chunked();
          response.write(Part.of(Buffer.buffer(new byte[64 * 1024 * 1024])));
          response.reset(2);
          closed.complete(null);
        };
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));
      closed.get(10, TimeUnit.SECONDS);
      long read = 0;
      try {
        read = socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      } catch (java.net.SocketException reset) {
        // That is an end, too.
      }
      assertThat(read).isLessThan(64 * 1024 * 1024);
    }
  }

  /** A channel to a caller who reads nothing. */
  private static final class Unread extends EmbeddedChannel {
    private static final SocketAddress SOMEWHERE = new InetSocketAddress("127.0.0.1", 1);

    Unread(ChannelHandler last) {
      super(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object data, ChannelPromise written) {
              ReferenceCountUtil.release(data);
            }
          },
          last);
    }

    @Override
    protected SocketAddress localAddress0() {
      return SOMEWHERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return SOMEWHERE;
    }
  }

  @Test
  void whatIsWholeWaitsForItsCallerButNotForEver() {
    var acceptor =
        new Http1Acceptor(
            VertxLoop.current(vertx),
            new RequestLimits(1_000, 10_000, 100),
            (remote, local) -> Http1ConnectionTest::answer);
    var channel = new Unread(new Http1Connection(acceptor));
    channel.freezeTime();
    channel.writeInbound(Unpooled.copiedBuffer(GET, StandardCharsets.ISO_8859_1));
    long seconds = Http1Connection.PATIENCE.toSeconds();
    channel.advanceTimeBy(seconds - 1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }
}
