// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.util.List;

/** Hands each frame that was read to the tunnel or the connection it is for, past the guard. */
final class HboneFrames extends Http2EventAdapter {
  private final HboneConnection connection;

  HboneFrames(HboneConnection connection) {
    this.connection = connection;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    int bytes = data.readableBytes();
    connection.guard.data(bytes, end);
    connection.parts.frame(bytes);
    TunnelStream tunnel = connection.tunnel(streamId);
    if (tunnel == null) {
      return bytes + padding;
    }
    if (bytes > 0) {
      if (data.isContiguous()) {
        tunnel.received(data.retain(), false);
      } else {
        receivedInParts(tunnel, connection.partsOfFrame(bytes, padding));
      }
      connection.received(tunnel, bytes);
    }
    if (end) {
      tunnel.receivedEnd();
    }
    // The tunnel returns the credit of its bytes when its pipeline has read them.
    return padding;
  }

  /** One by one: whoever reads the tunnel would first copy into one what is linked. */
  private static void receivedInParts(TunnelStream tunnel, List<ByteBuf> parts) {
    // Retained before the first is handed over: that may end the connection and what it holds.
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).retain();
    }
    int last = parts.size() - 1;
    for (int i = 0; i <= last; i++) {
      tunnel.received(parts.get(i), i < last);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    connection.onHeaders(streamId, headers, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    connection.onHeaders(streamId, headers, end);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
      throws Http2Exception {
    TunnelStream tunnel = connection.tunnel(streamId);
    if (tunnel != null) {
      if (tunnel.isFruitless()) {
        connection.guard.fruitlessReset();
      }
      Http2Error error = Http2Error.valueOf(errorCode);
      connection.onStreamEnded(
          tunnel, new StreamResetException(error == null ? Http2Error.INTERNAL_ERROR : error));
    }
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    connection.guard.control();
    connection.onSettings(settings);
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    connection.guard.control();
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) {
    connection.onPong(data);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    connection.guard.control();
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext ctx,
      byte type,
      int streamId,
      io.netty.handler.codec.http2.Http2Flags flags,
      ByteBuf payload)
      throws Http2Exception {
    connection.guard.control();
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
      throws Http2Exception {
    connection.guard.windowUpdate();
    if (streamId == 0) {
      connection.turns().next();
      return;
    }
    TunnelStream tunnel = connection.tunnel(streamId);
    if (tunnel != null) {
      tunnel.budgetMayHaveGrown();
    }
  }

  @Override
  public void onGoAwayRead(
      ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debug) {
    connection.onGoAway(lastStreamId);
  }

  /**
   * The peer ended a stream with RST_STREAM; to the channel above it is what ECONNRESET is to a
   * socket.
   */
  static final class StreamResetException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Http2Error error;

    StreamResetException(Http2Error error) {
      super("tunnel reset by peer: " + error);
      this.error = error;
    }

    Http2Error error() {
      return error;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
