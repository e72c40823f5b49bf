// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.MultiMap;
import io.waypoint.http1.Part;

/** An endpoint's answer, in either version of HTTP; everything happens on its loop. */
public interface UpstreamResponse {
  /** Who gets the body, or after a switch of protocols the bytes. */
  interface Sink {
    /** Lent for the call. */
    void part(Part part);

    /** It is complete; trailers can be read. */
    void ended();
  }

  int status();

  MultiMap headers();

  /** Nothing before the end. */
  MultiMap trailers();

  boolean isHttp2();

  boolean isHttp10();

  /** Where the body goes; without it is thrown away. */
  void flowTo(Sink sink);

  void pause();

  void resume();
}
