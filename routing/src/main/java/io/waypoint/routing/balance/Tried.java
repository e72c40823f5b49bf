// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/** The endpoints that failed for this request; most requests share {@link #NONE}. */
public final class Tried {
  public static final Tried NONE = new Tried(null, null);

  private final @Nullable Tried before;
  private final @Nullable Endpoint endpoint;
  private final int size;

  private Tried(@Nullable Tried before, @Nullable Endpoint endpoint) {
    this.before = before;
    this.endpoint = endpoint;
    this.size = before == null ? 0 : before.size + 1;
  }

  /** These and one more. */
  public Tried and(Endpoint failed) {
    return new Tried(this, failed);
  }

  public boolean holds(Endpoint candidate) {
    for (Tried tried = this; tried != null; tried = tried.before) {
      if (candidate.equals(tried.endpoint)) {
        return true;
      }
    }
    return false;
  }

  /** How many attempts have failed. */
  public int size() {
    return size;
  }
}
