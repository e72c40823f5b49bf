// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.channel.EventLoop;

/** When and how truthfully a backend answers. Anything but {@link #HONEST} is for its tests. */
public interface Behaviour {
  /** At once and rightly. */
  Behaviour HONEST =
      new Behaviour() {
        @Override
        public void answer(EventLoop loop, Runnable send) {
          send.run();
        }

        @Override
        public boolean corrupts() {
          return false;
        }
      };

  /** Runs {@code send} now or later on the loop. */
  void answer(EventLoop loop, Runnable send);

  /** Whether the next answer has wrong bytes. */
  boolean corrupts();
}
