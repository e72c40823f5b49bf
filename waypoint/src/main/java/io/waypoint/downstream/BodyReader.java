// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.waypoint.http1.Part;

/** Takes what follows a request's head: its body, or the bytes of another protocol. */
public interface BodyReader {
  /** The next bytes, lent for the call. */
  void part(Part bytes);

  /** There is no more. Not told when the caller is gone before the end. */
  void end();
}
