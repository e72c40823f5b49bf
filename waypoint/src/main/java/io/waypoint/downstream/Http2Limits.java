// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;

/**
 * What a caller may do on one connection of HTTP/2.
 *
 * @param streams requests at a time
 * @param streamWindow what one of them may have sent before it is read
 * @param headerBytes of a request
 */
public record Http2Limits(int streams, int streamWindow, long headerBytes) {
  private static final int RESETS_IN_WINDOW = 1_000;

  /**
   * What a connection may have sent. As much as can be said, so that requests that nobody reads
   * stop no other: they hold up to {@code streams} times {@code streamWindow}, Netty gives a window
   * back only when half of it was read, and as a caller it counts against it what waits there. It
   * is only permission: memory is bounded by {@code streams} times {@code streamWindow}.
   */
  private static final int CONNECTION_WINDOW = Integer.MAX_VALUE;

  /** Of the server that Vert.x has for such connections. */
  public HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(true)
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS_IN_WINDOW)
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(streams)
                .setInitialWindowSize(streamWindow)
                .setMaxHeaderListSize(headerBytes));
  }
}
