// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.vertx.core.buffer.Buffer;

/** Takes what follows a request's head: its body, or the bytes of another protocol. */
public interface BodyReader {
  /** The next bytes, which may be kept: nobody else changes or releases them. */
  void part(Buffer bytes);

  /** There is no more. Not told when the caller is gone before the end. */
  void end();
}
