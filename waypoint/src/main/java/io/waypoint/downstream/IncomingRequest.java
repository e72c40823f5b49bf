// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A request of a caller, from its head on; the body arrives while it is not {@link #pause paused}.
 * Used on the loop of its connection only.
 */
public interface IncomingRequest {
  String method();

  /** As received: over HTTP/1 one character a byte. */
  String target();

  /** Null when it is none of those we know. */
  @Nullable HttpVersion version();

  /** The request's own fields, which may be changed. */
  MultiMap fields();

  /** The pseudo-header of HTTP/2; null without one, and over HTTP/1. */
  @Nullable String authority();

  /** The pseudo-header of HTTP/2; null without one, and over HTTP/1. */
  @Nullable String scheme();

  /** Why it was not even read to its end; null when it is well-formed. */
  @Nullable Refusal refusal();

  OutgoingResponse response();

  /** Has the rest read; what arrives while nobody reads and nothing is paused is lost. */
  void read(BodyReader reader);

  void pause();

  void resume();

  /** Closes the connection, after what was written. */
  void closeConnection();
}
