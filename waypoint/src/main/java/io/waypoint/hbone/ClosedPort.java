// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;

/** Stands for a stream that is gone: nothing can be sent and nothing needs to be returned. */
enum ClosedPort implements StreamPort {
  INSTANCE;

  @Override
  public int budget() {
    return 0;
  }

  @Override
  public void send(ByteBuf data) {
    data.release();
  }

  @Override
  public void awaitBudget() {}

  @Override
  public void flush() {}

  @Override
  public void returnCredit(int bytes) {}

  @Override
  public void sendEnd() {}

  @Override
  public void release() {}

  @Override
  public void reset(Http2Error error) {}
}
