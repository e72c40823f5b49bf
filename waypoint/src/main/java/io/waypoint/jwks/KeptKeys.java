// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys at one location. A fetch that fails, for whatever reason, leaves the last good ones.
 *
 * <pre>
 *   start ──► fetching ──good──► resting ──refresh──────► fetching
 *                 │                 └──── fresher, not too soon ──┘
 *                 └──failed──► resting, retry sooner, later each time
 * </pre>
 *
 * <p>There is at most one fetch at a time. Every thread may ask; the timer and the fetch belong to
 * one loop.
 */
final class KeptKeys {
  private static final Logger LOG = LoggerFactory.getLogger(KeptKeys.class);
  private static final long NO_TIMER = -1;

  private final KeyLocation.Remote location;
  private final Vertx vertx;
  private final Context loop;
  private final LongSupplier nanos;
  private final JwksSettings settings;
  private final JwksFetch fetch;
  private final FetchCounts counts;
  private final AtomicReference<@Nullable CompletableFuture<Void>> underWay =
      new AtomicReference<>();
  private volatile Keys keys = Keys.NONE;
  private volatile boolean tried;
  private volatile long restsSince;
  private volatile long goodSince;
  private int failures;
  private long timer = NO_TIMER;
  private boolean stopped;

  KeptKeys(
      KeyLocation.Remote location,
      Context loop,
      LongSupplier nanos,
      JwksSettings settings,
      JwksFetch fetch,
      FetchCounts counts) {
    this.location = location;
    this.loop = loop;
    this.vertx = loop.owner();
    this.nanos = nanos;
    this.settings = settings;
    this.fetch = fetch;
    this.counts = counts;
  }

  Keys current() {
    return keys;
  }

  /** How long ago these keys came from their issuer; negative while there are none. */
  long ageNanos() {
    return keys == Keys.NONE ? -1 : nanos.getAsLong() - goodSince;
  }

  /** Fetches unless that was done already. */
  void start() {
    if (!tried) {
      begin();
    }
  }

  @Nullable CompletionStage<?> fresher() {
    CompletableFuture<Void> running = underWay.get();
    if (running != null) {
      return running;
    }
    boolean tooSoon = tried && nanos.getAsLong() - restsSince < settings.pause().toNanos();
    return tooSoon ? null : begin();
  }

  private CompletableFuture<Void> begin() {
    var mine = new CompletableFuture<Void>();
    CompletableFuture<Void> other = underWay.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    loop.runOnContext(v -> run(mine));
    return mine;
  }

  private void run(CompletableFuture<Void> mine) {
    cancelTimer();
    counts.fetches().increment();
    fetch
        .keys(location)
        .onComplete(outcome -> {
          Duration next = outcome.succeeded() ? good(outcome.result()) : failed(outcome.cause());
          tried = true;
          restsSince = nanos.getAsLong();
          underWay.set(null);
          if (!stopped) {
            timer = vertx.setTimer(next.toMillis(), id -> begin());
          }
          mine.complete(null);
        });
  }

  private Duration good(Keys fetched) {
    if (!fetched.equals(keys)) {
      LOG.atInfo()
          .addKeyValue("uri", location.uri())
          .addKeyValue("keys", fetched.size())
          .log("the keys of an issuer are new");
      keys = fetched;
    }
    goodSince = nanos.getAsLong();
    failures = 0;
    return settings.refresh();
  }

  private Duration failed(Throwable cause) {
    failures++;
    counts.failures().increment();
    LOG.atWarn()
        .addKeyValue("uri", location.uri())
        .addKeyValue("cause", String.valueOf(cause.getMessage()))
        .addKeyValue("kept", keys.size())
        .log("the keys of an issuer could not be fetched");
    long factor = 1L << Math.min(failures - 1, 30);
    Duration longer = settings.firstRetry().multipliedBy(factor);
    return longer.compareTo(settings.longestRetry()) < 0 ? longer : settings.longestRetry();
  }

  void stop() {
    loop.runOnContext(v -> {
      stopped = true;
      cancelTimer();
    });
  }

  private void cancelTimer() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }
}
