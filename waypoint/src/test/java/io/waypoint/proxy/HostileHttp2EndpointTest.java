// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.waypoint.routing.balance.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What applications do wrong or seldom over HTTP/2, frame for frame. Vert.x knows 100 and 103 of
 * the interim answers and takes any other for the final one, so that over HTTP/2 a request that is
 * answered with one fails, where over HTTP/1.1 it is left out.
 */
class HostileHttp2EndpointTest {
  private final ProxyRig rig = new ProxyRig();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void close() {
    rig.close();
    group.shutdownGracefully();
  }

  private static class Answers extends SimpleChannelInboundHandler<Object> {
    private final int[] statuses;

    Answers(int... statuses) {
      this.statuses = statuses;
    }

    @Override
    public boolean isSharable() {
      return true;
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

  private Endpoint answering(int... statuses) throws InterruptedException {
    return served(new Answers(statuses));
  }

  private Endpoint served(ChannelHandler streams) throws InterruptedException {
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
                        .addLast(new Http2MultiplexHandler(streams));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    return ProxyRig.endpoint(((InetSocketAddress) channel.localAddress()).getPort());
  }

  private HttpClientResponse ask() {
    return ProxyRig.await(
        rig.http2
            .request(HttpMethod.GET, rig.http2Port(), "127.0.0.1", "/")
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
    rig.serve(served(new OnceOnly()));
    for (int i = 0; i < 3; i++) {
      assertThat(ask().statusCode()).isEqualTo(200);
    }
  }
}
