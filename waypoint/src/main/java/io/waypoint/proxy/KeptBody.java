// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.buffer.Buffer;
import io.waypoint.http1.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a request's body, kept so that it can be sent again. Nothing is copied; what is
 * more than a little is let go, and so is everything when the bodies of one event loop together
 * would be too much. The request then has one attempt.
 */
final class KeptBody {
  /** The most that is kept of one request. */
  static final int MOST = 64 * 1024;

  /** What one event loop may keep; one for each loop. */
  static final class Budget {
    private static final long MOST_OF_ALL = 16 * 1024 * 1024;

    private long used;

    private boolean take(int bytes) {
      if (used + bytes > MOST_OF_ALL) {
        return false;
      }
      used += bytes;
      return true;
    }

    long used() {
      return used;
    }
  }

  private final Budget budget;
  private @Nullable List<Buffer> chunks;
  private int bytes;
  private boolean lost;

  KeptBody(Budget budget) {
    this.budget = budget;
  }

  /** Another part has come. */
  void add(Part chunk) {
    if (lost) {
      return;
    }
    int length = chunk.length();
    if (bytes + length > MOST || !budget.take(length)) {
      letGo();
      return;
    }
    bytes += length;
    if (chunks == null) {
      chunks = new ArrayList<>(2);
    }
    chunks.add(chunk.kept());
  }

  /** Whether all that has come is here. */
  boolean isWhole() {
    return !lost;
  }

  List<Buffer> chunks() {
    return chunks == null ? List.of() : chunks;
  }

  /** It will not be sent again. */
  void letGo() {
    lost = true;
    budget.used -= bytes;
    bytes = 0;
    chunks = null;
  }
}
