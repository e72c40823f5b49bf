// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is under way on one event loop, and how long it has been quiet. One timer counts
 * for all: an exchange only notes the count at which it was last active.
 */
final class IdleWatch {
  /** How often {@link #tick} is called. */
  static final Duration TICK = Duration.ofSeconds(1);

  private final int limit;
  private final AtomicInteger published = new AtomicInteger();
  private @Nullable Activity[] slots = new @Nullable Activity[64];
  private int size;
  private int now;

  IdleWatch(Duration limit) {
    this.limit = (int) Math.min(Integer.MAX_VALUE / 2, limit.toSeconds() / TICK.toSeconds());
  }

  Activity watch(Idle owner) {
    if (size == slots.length) {
      slots = Arrays.copyOf(slots, size * 2);
    }
    var activity = new Activity(owner, size);
    slots[size++] = activity;
    published.lazySet(size);
    return activity;
  }

  /** From the end, so that what leaves during the walk is replaced by what was already asked. */
  void tick() {
    now++;
    for (int i = size - 1; i >= 0; i--) {
      Activity activity = i < size ? slots[i] : null;
      if (activity != null && !activity.endless && now - activity.seen > limit) {
        activity.owner.idle();
      }
    }
  }

  /** How many are under way; from any thread. */
  int size() {
    return published.get();
  }

  /** One exchange's sign of life. */
  final class Activity {
    private final Idle owner;
    private int slot;
    private int seen = now;
    private boolean endless;

    private Activity(Idle owner, int slot) {
      this.owner = owner;
      this.slot = slot;
    }

    void touch() {
      seen = now;
    }

    /** Silence no longer matters, but it still counts as under way. */
    void endless() {
      endless = true;
    }

    /** It is over; further calls do nothing. */
    void end() {
      if (slot < 0) {
        return;
      }
      Activity last = slots[--size];
      slots[size] = null;
      if (last != null && last != this) {
        slots[slot] = last;
        last.slot = slot;
      }
      slot = -1;
      published.lazySet(size);
    }
  }
}
