// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.TrafficPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What applications do wrong or seldom over HTTP/2, frame for frame. Vert.x knows 100 and 103 of
 * the interim answers and takes any other for the final one, so that over HTTP/2 a request that is
 * answered with one fails, where over HTTP/1.1 it is left out.
 */
class HostileHttp2EndpointTest {
  /** Longer than an answer that nobody wants may take. */
  private static final Duration LATER = Duration.ofSeconds(2);

  private final FakeTime time = new FakeTime();
  private final ProxyRig rig = new ProxyRig(ProxySettings.DEFAULTS, time);
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void close() {
    rig.close();
    group.shutdownGracefully();
  }

  @Sharable
  private static class Answers extends SimpleChannelInboundHandler<Object> {
    private final int[] statuses;

    Answers(int... statuses) {
      this.statuses = statuses;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2HeadersFrame) {
        for (int i = 0; i < statuses.length; i++) {
          var fields = new DefaultHttp2Headers().status(Integer.toString(statuses[i]));
          fields.add("x-number", Integer.toString(i));
          ctx.write(new DefaultHttp2HeadersFrame(fields, i == statuses.length - 1));
        }
        ctx.flush();
      }
    }
  }

  /** Answers with a head, which is all there is but for the end of the stream. */
  @Sharable
  private static final class HeadsOnly extends SimpleChannelInboundHandler<Object> {
    private final int status;
    private final boolean ended;
    private final Queue<ChannelHandlerContext> streams = new ConcurrentLinkedQueue<>();
    private final Semaphore resets = new Semaphore(0);

    HeadsOnly(int status, boolean ended) {
      this.status = status;
      this.ended = ended;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2HeadersFrame) {
        streams.add(ctx);
        var fields = new DefaultHttp2Headers().status(Integer.toString(status));
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(fields, ended));
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame) {
        resets.release();
      }
    }

    /** Of those that were asked for so far. */
    long connections() {
      return streams.stream().map(stream -> stream.channel().parent()).distinct().count();
    }

    void endLast() {
      ChannelHandlerContext last = streams.stream().reduce((one, next) -> next).orElseThrow();
      last.writeAndFlush(new DefaultHttp2DataFrame(true));
    }
  }

  private Endpoint answering(int... statuses) throws InterruptedException {
    return speaking(new Answers(statuses));
  }

  private Endpoint speaking(ChannelHandler each) throws InterruptedException {
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(each));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    return ProxyRig.endpoint(((InetSocketAddress) channel.localAddress()).getPort());
  }

  private HttpClientResponse ask() {
    return ask("GET");
  }

  private HttpClientResponse ask(String method) {
    return ProxyRig.await(
        rig.http2
            .request(HttpMethod.valueOf(method), rig.http2Port(), "127.0.0.1", "/")
            .compose(request -> request.send()));
  }

  @ParameterizedTest
  @ValueSource(ints = {102, 104, 199})
  void interimAnswersThatNobodyKnowsAreNotTakenForTheAnswer(int status) throws Exception {
    rig.serve(answering(status, 200));
    for (int i = 0; i < 2; i++) {
      assertThat(ask().statusCode()).isEqualTo(502);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 102, 199})
  void anInterimAnswerIsNotTheLast(int status) throws Exception {
    rig.serve(answering(status));
    for (int i = 0; i < 2; i++) {
      assertThat(ask().statusCode()).isEqualTo(502);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 103})
  void interimAnswersEndSomeTime(int status) throws Exception {
    int[] most = new int[9];
    Arrays.fill(most, 0, 8, status);
    most[8] = 200;
    rig.serve(answering(most));
    assertThat(ask().statusCode()).isEqualTo(200);
    int[] tooMany = new int[10];
    Arrays.fill(tooMany, 0, 9, status);
    tooMany[9] = 200;
    rig.serve(answering(tooMany));
    assertThat(ask().statusCode()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99, 600, 999})
  void aStatusThatIsNoneIsNotPassedOn(int status) throws Exception {
    rig.serve(answering(status));
    assertThat(ask().statusCode()).isEqualTo(502);
  }

  /** Answers once a connection and says then that it takes no more. */
  @Sharable
  private static final class OnceOnly extends Answers {
    OnceOnly() {
      super(200);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object frame) {
      var none = new Http2Settings().maxConcurrentStreams(0);
      ctx.channel().parent().write(new DefaultHttp2SettingsFrame(none));
      super.channelRead0(ctx, frame);
    }
  }

  @Test
  void aConnectionThatTakesNoMoreStreamsIsNotWaitedFor() throws Exception {
    rig.serve(speaking(new OnceOnly()));
    for (int i = 0; i < 3; i++) {
      assertThat(ask().statusCode()).isEqualTo(200);
    }
  }

  /** One request at a time may be under way to it. */
  private void serveOneByOne(Endpoint endpoint) {
    int any = ConnectionLimits.NO_LIMIT;
    var limits = new ConnectionLimits(any, any, 1, any, ConnectionLimits.Lifetime.UNLIMITED);
    var policy =
        new TrafficPolicy(
            LoadBalancing.Simple.ROUND_ROBIN, limits, null, LocalityRule.ANYWHERE, null);
    rig.publish(PolicySet.ALLOW_ALL, null, ProxyRig.endpoints(endpoint).with(policy));
  }

  /** Whether an answer is read on for its connection's sake. */
  private void until(boolean waits) {
    boolean[] now = {!waits};
    for (int i = 0; i < 10_000 && now[0] != waits; i++) {
      rig.onLoop(() -> now[0] = time.waiting() > 0);
    }
    assertThat(now[0]).as("the answer is waited for").isEqualTo(waits);
  }

  @ParameterizedTest
  @CsvSource({"HEAD,200", "GET,204", "GET,304"})
  void anAnswerWithoutBodyThatDoesNotEndIsBrokenOff(String method, int status) throws Exception {
    var application = new HeadsOnly(status, false);
    serveOneByOne(speaking(application));
    for (int i = 0; i < 3; i++) {
      assertThat(ask(method).statusCode()).isEqualTo(status);
      until(true);
      assertThat(ask(method).statusCode()).as("while there is no place").isEqualTo(503);
      rig.pass(LATER);
      until(false);
      assertThat(application.resets.tryAcquire(10, TimeUnit.SECONDS)).as("broken off").isTrue();
    }
    assertThat(application.connections()).isEqualTo(1);
  }

  @Test
  void anAnswerWithoutBodyMayEndALittleLater() throws Exception {
    var application = new HeadsOnly(204, false);
    serveOneByOne(speaking(application));
    for (int i = 0; i < 3; i++) {
      assertThat(ask().statusCode()).isEqualTo(204);
      until(true);
      application.endLast();
      until(false);
    }
    rig.pass(LATER);
    assertThat(application.resets.tryAcquire()).as("broken off").isFalse();
    assertThat(application.connections()).isEqualTo(1);
  }

  /** Which costs nothing. */
  @Test
  void anAnswerWithoutBodyUsuallyEndsWithItsHead() throws Exception {
    var application = new HeadsOnly(204, true);
    serveOneByOne(speaking(application));
    for (int i = 0; i < 3; i++) {
      assertThat(ask().statusCode()).isEqualTo(204);
      rig.onLoop(() -> assertThat(time.waiting()).isZero());
    }
    assertThat(application.connections()).isEqualTo(1);
  }
}
