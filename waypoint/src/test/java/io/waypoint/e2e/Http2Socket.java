// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** HTTP/2 with prior knowledge into the mesh, frame by frame. */
final class Http2Socket implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 15;

  private final Channel channel;

  Http2Socket(EventLoopGroup group, InetSocketAddress proxy, String caller, String host, int port)
      throws Exception {
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    ch.pipeline()
                        .addLast(new Socks5ProxyHandler(proxy, caller, ""))
                        .addLast(Http2FrameCodecBuilder.forClient().build())
                        .addLast(new Http2MultiplexHandler(new Ignored()));
                  }
                })
            .connect(InetSocketAddress.createUnresolved(host, port))
            .sync()
            .channel();
  }

  /** Sends a whole request that ends with trailers. */
  Answer send(Http2Headers head, String body, Http2Headers trailers) throws Exception {
    Answer answer = new Answer();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(channel).handler(answer).open().get();
    stream.write(new DefaultHttp2HeadersFrame(head));
    stream.write(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII)));
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(trailers, true)).sync();
    return answer;
  }

  static Http2Headers post(String host, String path) {
    return new DefaultHttp2Headers().method("POST").scheme("http").authority(host).path(path);
  }

  @Override
  public void close() throws InterruptedException {
    channel.close().sync();
  }

  /** Pushed streams are not expected. */
  private static final class Ignored extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object msg) {}

    @Override
    public boolean isSharable() {
      return true;
    }
  }

  /** What comes back on one stream. */
  static final class Answer extends SimpleChannelInboundHandler<Object> {
    private final List<Http2Headers> headers = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private final CompletableFuture<Answer> whole = new CompletableFuture<>();

    /** Waits for the stream's end. */
    Answer whole() throws Exception {
      return whole.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    Http2Headers head() {
      return headers.getFirst();
    }

    /** The last block of fields, which is the head when no trailers came. */
    Http2Headers trailers() {
      return headers.getLast();
    }

    String body() {
      return body.toString();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object msg) {
      boolean end = false;
      if (msg instanceof Http2HeadersFrame frame) {
        headers.add(frame.headers());
        end = frame.isEndStream();
      } else if (msg instanceof Http2DataFrame frame) {
        body.append(frame.content().toString(StandardCharsets.US_ASCII));
        end = frame.isEndStream();
      }
      if (end) {
        whole.complete(this);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame reset) {
        whole.completeExceptionally(new IllegalStateException("reset " + reset.errorCode()));
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      whole.completeExceptionally(new IllegalStateException("closed"));
    }
  }
}
