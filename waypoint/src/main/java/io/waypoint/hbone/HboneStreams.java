// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/** Follows streams to their end, however they end. */
final class HboneStreams extends Http2ConnectionAdapter {
  private final HboneConnection connection;

  HboneStreams(HboneConnection connection) {
    this.connection = connection;
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    TunnelStream tunnel = connection.tunnel(stream);
    if (tunnel != null) {
      connection.onStreamEnded(tunnel, null);
    }
    connection.onStreamClosed(stream);
  }
}
