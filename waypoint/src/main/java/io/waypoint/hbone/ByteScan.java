// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Judges what comes out of a tunnel to an HTTP/1 server before that server's codec sees it. One for
 * each tunnel, used on its loop.
 */
public interface ByteScan {
  /**
   * Looks at everything that was not released yet, indices left alone.
   *
   * @return how many bytes, from the reader index on, go to the codec now
   */
  int feed(ByteBuf held);

  /**
   * What stands in for a refused request, so that it is answered in its turn; null while nothing
   * was wrong. After it nothing more is let through. The caller releases it.
   */
  @Nullable ByteBuf refusal();

  /**
   * Whether the refused request's head was let through before, so that nothing can stand in for it.
   */
  boolean insideMessage();

  /** Whether a head has begun and is not complete. */
  boolean headPending();

  /** A head took too long: what stands in for it. The caller releases it. */
  ByteBuf expired();

  /** Whether everything waits for the answer to a request for an upgrade. */
  boolean upgradePending();

  /** The protocol was changed: what follows passes as it is. */
  void opaque();

  /** The upgrade got an ordinary answer: what follows is the next request. */
  void declined();
}
