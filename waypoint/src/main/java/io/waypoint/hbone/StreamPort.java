// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;

/**
 * What a {@link TunnelChannel} asks of the HTTP/2 stream below it; called on the channel's loop.
 */
interface StreamPort {
  /** How many bytes may be sent now; zero or less means wait. */
  int budget();

  /** Takes ownership of {@code data}, which is not larger than {@link #budget}. */
  void send(ByteBuf data);

  /** Has {@link TunnelChannel#budgetAvailable} called once when bytes may be sent again. */
  void awaitBudget();

  /** Pushes out what was sent; several calls of one loop turn become one write. */
  void flush();

  /** Gives the peer back the right to send {@code bytes}. */
  void returnCredit(int bytes);

  /** Ends our direction; the peer may go on sending. */
  void sendEnd();

  /**
   * The channel is closed: ends our direction if need be, and has the peer's remaining bytes
   * discarded.
   */
  void release();

  /** Ends both directions at once, as a TCP reset does. */
  void reset(Http2Error error);
}
