// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import org.jspecify.annotations.Nullable;

/** Tells of services and workloads, and goes on telling. */
public interface WorkloadSource extends AutoCloseable {
  /** The latest census, or null before the first complete one. Any thread may ask. */
  @Nullable Census census();

  /** Calls the listener after every change, on the thread of the change, which must not be held. */
  Subscription onChange(Runnable listener);

  /** Ends the telling. What was told last stays so. */
  @Override
  void close();

  /** Ends the calls to one listener. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
