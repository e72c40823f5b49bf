// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends whatever fields it is told to, valid or not. */
final class RawHttp2 implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;

  RawHttp2(int port) throws Exception {
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    ch.pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient().validateHeaders(false).build())
                        .addLast(new Http2MultiplexHandler(new Ignore()));
                  }
                })
            .connect(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
  }

  /** Pushed streams are not expected. */
  private static final class Ignore extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object msg) {}

    @Override
    public boolean isSharable() {
      return true;
    }
  }

  Stream get(String path, String... fields) throws Exception {
    var headers = new DefaultHttp2Headers(false);
    headers.method("GET").scheme("http").path(path).authority("reviews");
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return send(headers, null);
  }

  /**
   * @param body null to end with the head
   */
  Stream send(Http2Headers headers, @Nullable String body) throws Exception {
    var stream = new Stream();
    Http2StreamChannel opened =
        new Http2StreamChannelBootstrap(channel).handler(stream).open().get();
    opened.writeAndFlush(new DefaultHttp2HeadersFrame(headers, body == null)).sync();
    if (body != null) {
      opened.writeAndFlush(
          new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII), true));
    }
    return stream;
  }

  /** The head of a request and its cancellation, in one write. */
  void cancelled(Http2Headers headers) throws Exception {
    Http2StreamChannel opened =
        new Http2StreamChannelBootstrap(channel).handler(new Stream()).open().get();
    opened
        .eventLoop()
        .submit(() -> {
          opened.write(new DefaultHttp2HeadersFrame(headers, false));
          opened.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        })
        .sync();
  }

  boolean isOpen() {
    return channel.isActive();
  }

  @Override
  public void close() throws Exception {
    channel.close().sync();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  /** What came back on one stream. */
  static final class Stream extends SimpleChannelInboundHandler<Object> {
    private final CompletableFuture<Http2Headers> head = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final StringBuffer body = new StringBuffer();
    private volatile boolean endedWithHeaders;

    Http2Headers headers() throws Exception {
      return head.get(10, TimeUnit.SECONDS);
    }

    /** {@code end}, {@code reset N} or {@code closed}. */
    String ending() throws Exception {
      return end.get(10, TimeUnit.SECONDS);
    }

    boolean endedWithHeaders() throws Exception {
      ending();
      return endedWithHeaders;
    }

    String body() {
      return body.toString();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof Http2HeadersFrame frame) {
        endedWithHeaders = frame.isEndStream() && !head.isDone();
        head.complete(frame.headers());
        if (frame.isEndStream()) {
          end.complete("end");
        }
      } else if (msg instanceof Http2DataFrame frame) {
        body.append(frame.content().toString(StandardCharsets.US_ASCII));
        if (frame.isEndStream()) {
          end.complete("end");
        }
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame reset) {
        end.complete("reset " + reset.errorCode());
        head.completeExceptionally(new IllegalStateException("reset " + reset.errorCode()));
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end.complete("closed");
      head.completeExceptionally(new IllegalStateException("closed"));
    }
  }
}
