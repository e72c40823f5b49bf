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
   * What a connection may have sent: a caller whose requests nobody reads, or who is judged slowly,
   * stops its other ones only with many of them. It is not as much as all streams together may have
   * sent, because a caller may have many connections, and what they hold is ours to keep.
   */
  private static final int CONNECTION_WINDOW = 8 * 1024 * 1024;

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
