// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.MultiMap;
import io.waypoint.http1.Part;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to an endpoint, in either version of HTTP; everything happens on its loop.
 *
 * <pre>
 *   listen ─► head ─► field … ─► chunked? ─► sendHead? ─► write … ─► end
 *                                    └─► upgrade ─► when it is agreed to: write … ─► finish
 *   reset ends it anywhere
 * </pre>
 */
public interface UpstreamRequest {
  /** Who is told what becomes of it. */
  interface Listener {
    /** The endpoint wants the body (100). */
    void goAhead();

    /** The endpoint says what will be needed (103). */
    void earlyHints(MultiMap hints);

    /** The head of the answer has come. What to do with the body is said before this returns. */
    void answered(UpstreamResponse response);

    /** There is no answer, or not all of it. It may be told again, and when all has ended. */
    void failed(Throwable cause);

    /** What was too full takes more. */
    void drained();
  }

  /** Before anything is sent. */
  void listen(Listener listener);

  /**
   * Begins the head; an {@code IllegalArgumentException} says that it cannot be written.
   *
   * @param target path and query
   * @param authority over HTTP/1.1 the host
   */
  void head(String method, String target, String authority);

  /** Adds a field, with the same exception. */
  void field(String name, String value);

  /** Says that a body of unknown length follows. */
  void chunked();

  /** Sends the head by itself. */
  void sendHead();

  /** Sends the head and asks for another protocol; HTTP/1.1 only. */
  void upgrade();

  /** Sends a part of the body, behind the head if that was not sent. */
  void write(Part part);

  /** Whether more should wait until it is drained. */
  boolean isFull();

  /** Sends the last part, if there is one. */
  void end(@Nullable Part last);

  /** After the protocol was switched: sends what was written, closes, and then {@code sent}. */
  void finish(Runnable sent);

  /** Breaks it off; over HTTP/1.1 with its connection. */
  void reset();

  /** The stream's number over HTTP/2. */
  int streamId();
}
