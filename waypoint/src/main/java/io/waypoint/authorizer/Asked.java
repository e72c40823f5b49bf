// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.Vertx;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamRequest;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question under way. It ends once, with an opinion, at the timeout, or because nobody waits for
 * it any more; what comes later is not looked at.
 */
public final class Asked {
  private final Asker asker;
  private final Vertx vertx;
  private final Consumer<Opinion> answer;
  private long timer = -1;
  private boolean begun;
  private boolean over;
  private @Nullable UpstreamRequest request;
  private @Nullable UpstreamConnection connection;

  Asked(Asker asker, Vertx vertx, Consumer<Opinion> answer) {
    this.asker = asker;
    this.vertx = vertx;
    this.answer = answer;
  }

  void begin(Duration timeout) {
    begun = true;
    timer = vertx.setTimer(Math.max(1, timeout.toMillis()), id -> timedOut());
  }

  private void timedOut() {
    fail("timeout");
  }

  /** Whether it has ended; it may have before whoever asked got hold of it. */
  public boolean isOver() {
    return over;
  }

  void sending(UpstreamRequest sent, UpstreamConnection on) {
    request = sent;
    connection = on;
  }

  /** The whole answer has come; the connection is as good as before. */
  void complete(Opinion opinion) {
    end(true);
    answer.accept(opinion);
  }

  void fail(String reason) {
    if (!over) {
      end(false);
      answer.accept(new Opinion.Failure(reason));
    }
  }

  /** At once, before anything was sent. */
  void answer(Opinion opinion) {
    over = true;
    answer.accept(opinion);
  }

  /** Nobody waits for the answer any more. */
  public void cancel() {
    if (!over) {
      end(false);
    }
  }

  private void end(boolean reusable) {
    over = true;
    vertx.cancelTimer(timer);
    if (begun) {
      asker.over();
    }
    UpstreamConnection on = connection;
    UpstreamRequest sent = request;
    if (on != null && sent != null) {
      on.release(reusable);
      if (!reusable) {
        sent.reset();
      }
    }
  }
}
