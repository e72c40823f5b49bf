// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.waypoint.http1.Fields;
import io.waypoint.http1.Part;
import java.util.function.Consumer;

/**
 * The answer to a request.
 *
 * <pre>
 *   writeContinue, writeEarlyHints ─► writeHead ─► write ─► end
 *                                         │ or with the first of the others
 *                                         └► switchProtocol ─► write ─► end
 * </pre>
 *
 * <p>Used on the loop of its connection only. An {@link IllegalStateException} says that the answer
 * had gone further already. What is written after the caller is gone is dropped.
 */
public interface OutgoingResponse {
  void status(int status);

  /** Until the head is written. */
  MultiMap headers();

  /** Sent with the end, if the framing has room for them. */
  MultiMap trailers();

  /** Has the body framed in chunks; the caller speaks HTTP/1.1. */
  void chunked();

  boolean isChunked();

  boolean headWritten();

  /** Whether everything was written. */
  boolean ended();

  /** Whether the caller is gone. */
  boolean closed();

  /** 100: the body is wanted. */
  void writeContinue();

  /** 103. */
  void writeEarlyHints(Fields hints);

  void writeHead();

  /** The head goes before it if it was not written. */
  void write(Part bytes);

  /** Ends with these bytes. */
  void end(Part last);

  void end();

  /** Ends an answer that has a head only and, over HTTP/2, no length that was not set. */
  void endWithoutBody();

  /**
   * When what was written up to the end is on its way: over HTTP/2 it may have to wait for the
   * caller's window. Fails when the caller is gone before.
   */
  Future<Void> sent();

  /** Whether what is written piles up, because the caller does not read. */
  boolean writeQueueFull();

  /** Runs when there is room again after {@link #writeQueueFull}. */
  void drainHandler(Handler<Void> handler);

  /** Runs once if the caller is gone before the end. */
  void exceptionHandler(Consumer<Throwable> handler);

  /** Breaks it off, so that the caller cannot take what it has for the whole. */
  void reset(long code);

  /**
   * Writes the head of an agreement; from then on both directions are bytes that we know nothing
   * of: the request's reader gets the caller's, {@link #write} sends ours, {@link #end} closes.
   */
  void switchProtocol();
}
