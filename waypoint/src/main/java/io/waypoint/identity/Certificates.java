// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import org.jspecify.annotations.Nullable;

/**
 * Where our certificate comes from, and how it changes while we run. New connections use what is
 * current; connections that exist keep what they began with.
 */
public interface Certificates extends AutoCloseable {
  /**
   * Null before the first certificate and after the last one has expired: then we are not ready.
   */
  @Nullable Material current();

  /** Calls the listener after every change, on the thread of the change. */
  Subscription onChange(Runnable listener);

  /** Ends rotation and reloading. What is current stays so until it expires. */
  @Override
  void close();

  /** Ends the calls to one listener. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
