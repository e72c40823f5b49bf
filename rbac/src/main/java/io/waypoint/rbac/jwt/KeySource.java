// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Has the keys that are fetched. Every thread may ask; no call blocks. */
public interface KeySource {
  /** There are no fetched keys at all. */
  KeySource NONE =
      new KeySource() {
        @Override
        public Keys current(KeyLocation.Remote location) {
          return Keys.NONE;
        }

        @Override
        public @Nullable CompletionStage<?> fresher(KeyLocation.Remote location) {
          return null;
        }
      };

  /** The last good keys, {@link Keys#NONE} when none were ever had. */
  Keys current(KeyLocation.Remote location);

  /**
   * Asks for newer keys than the current ones, because a token names one that is not among them.
   *
   * @return completes, never with a failure, when the fetch has ended in one way or the other; null
   *     when it is too early to ask again, so that callers cannot make us flood an issuer
   */
  @Nullable CompletionStage<?> fresher(KeyLocation.Remote location);
}
