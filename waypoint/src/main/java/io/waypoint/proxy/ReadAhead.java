// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.buffer.Buffer;
import io.waypoint.http1.Part;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The beginning of a body, read before it is known where the body goes. */
final class ReadAhead {
  private final Buffer read = Buffer.buffer();
  private int most;
  private boolean over;
  private @Nullable Consumer<Buffer> then;

  /** Wants more than so many bytes, or the end. */
  void want(int bytes, Consumer<Buffer> whenRead) {
    most = bytes;
    then = whenRead;
    tellIfEnough();
  }

  /** Whether somebody still waits for more. */
  boolean isReading() {
    return then != null;
  }

  void add(Part chunk) {
    read.appendBuffer(chunk.kept());
  }

  /** There is no more. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  Buffer read() {
    return read;
  }

  /** Calls back once, when there is enough. */
  void tellIfEnough() {
    Consumer<Buffer> waiting = then;
    if (waiting != null && (over || read.length() > most)) {
      then = null;
      waiting.accept(read);
    }
  }
}
