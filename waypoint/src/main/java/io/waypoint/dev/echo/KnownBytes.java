// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.echo;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A body of a given length that both ends can compute: byte {@code i} is {@code i % 251}. It is
 * produced as fast as the reader takes it and never faster.
 */
public final class KnownBytes implements ReadStream<Buffer> {
  private static final int PERIOD = 251;
  private static final int CHUNK = 16 * PERIOD;
  private static final Buffer BLOCK = block();

  private final Promise<Void> finished = Promise.promise();
  private long remaining;
  private long demand = Long.MAX_VALUE;
  private boolean emitting;
  private @Nullable Handler<Buffer> data;
  private @Nullable Handler<Void> end;

  public KnownBytes(long length) {
    this.remaining = length;
  }

  /** The byte that stands at an offset. */
  public static byte at(long offset) {
    return (byte) (offset % PERIOD);
  }

  private static Buffer block() {
    byte[] bytes = new byte[CHUNK];
    for (int i = 0; i < CHUNK; i++) {
      bytes[i] = at(i);
    }
    return Buffer.buffer(bytes);
  }

  @Override
  public KnownBytes handler(@Nullable Handler<Buffer> handler) {
    data = handler;
    emit();
    return this;
  }

  @Override
  public KnownBytes endHandler(@Nullable Handler<Void> handler) {
    end = handler;
    return this;
  }

  @Override
  public KnownBytes exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public KnownBytes pause() {
    demand = 0;
    return this;
  }

  @Override
  public KnownBytes resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public KnownBytes fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    emit();
    return this;
  }

  private void emit() {
    if (emitting || finished.future().isComplete()) {
      return;
    }
    emitting = true;
    while (remaining > 0 && demand > 0 && data != null) {
      int length = (int) Math.min(CHUNK, remaining);
      remaining -= length;
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      data.handle(length == CHUNK ? BLOCK.copy() : BLOCK.getBuffer(0, length));
    }
    emitting = false;
    if (remaining == 0 && data != null) {
      finished.complete();
      if (end != null) {
        end.handle(null);
      }
    }
  }
}
