// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Builds either side's connection with the limits of this transport instead of Netty's. */
final class HboneCodec extends AbstractHttp2ConnectionHandlerBuilder<HboneConnection, HboneCodec> {
  /**
   * Credit goes back when half a window has been read: an update a frame makes ztunnel send tiny
   * frames.
   */
  private static final float CREDIT_RATIO = 0.5f;

  private static final int EMPTY_DATA_FRAMES = 10;
  private static final int SMALL_CONTINUATIONS = 16;
  private static final int QUEUED_CONTROL_FRAMES = 1_000;

  interface Side {
    HboneConnection create(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings);
  }

  private final Side side;

  private HboneCodec(Side side) {
    this.side = side;
  }

  static HboneConnection build(HboneSettings limits, boolean server, Side side) {
    DefaultHttp2Connection connection = new DefaultHttp2Connection(server, 0);
    // The connection window is refilled on arrival, so that one stalled tunnel does not stall the
    // others.
    connection
        .local()
        .flowController(new DefaultHttp2LocalFlowController(connection, CREDIT_RATIO, true));
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    if (server) {
      // From the first frame on: a peer that never acknowledges SETTINGS is bound by them as well.
      connection.remote().maxActiveStreams(limits.maxConcurrentStreams());
    }
    Http2Settings settings =
        new Http2Settings()
            .initialWindowSize(limits.streamWindow())
            .maxFrameSize(limits.maxFrameSize())
            .maxHeaderListSize(limits.maxHeaderListSize());
    if (server) {
      settings.maxConcurrentStreams(limits.maxConcurrentStreams());
    } else {
      settings.pushEnabled(false);
    }
    return new HboneCodec(side)
        .connection(connection)
        .initialSettings(settings)
        .validateHeaders(true)
        .decoderEnforceMaxRstFramesPerWindow(0, 0)
        .encoderEnforceMaxRstFramesPerWindow(0, 0)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES)
        .decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATIONS)
        .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
        .gracefulShutdownTimeoutMillis(1_000)
        .build();
  }

  @Override
  protected HboneConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return side.create(decoder, encoder, settings);
  }
}
