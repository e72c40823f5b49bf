// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.discovery.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one kind watched, whatever happens.
 *
 * <pre>
 *              ┌────────────────── failed: later, with back-off ─────────────────┐
 *              ▼                                                                 │
 *   ask which version ── served ──► list ──► all seen ──► watch ── ended for good ┤
 *              │                                                                 │
 *              ├── missing: ask again every now and then ◄── definition deleted ─┤
 *              └── not allowed: say what is to be granted, ask again ◄───────────┘
 * </pre>
 *
 * <p>A watch does not end when the definition of its kind is deleted: the API server keeps it open,
 * and the client library renews it for ever. So while a kind is watched it is looked for, too: soon
 * after the last of its objects went, and every now and then.
 */
final class KindKeeper implements KindWatch.Events {
  private static final Logger LOG = LoggerFactory.getLogger(KindKeeper.class);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration STILL_THERE = Duration.ofSeconds(60);

  private final KubernetesClient client;
  private final KubeKind kind;
  private final ObjectStore store;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final Duration whenMissing;
  private final Runnable progress;
  private final Backoff backoff;
  private final Duration whilePresent;
  private @Nullable KindWatch watch;
  private boolean closed;
  private int missing;
  private final AtomicBoolean emptied = new AtomicBoolean();
  private volatile boolean wasThere;
  private volatile boolean settled;
  private volatile @Nullable String obstacle;
  private volatile @Nullable Instant failingSince;
  private volatile @Nullable Instant goneSince;

  /**
   * @param scheduler whose threads may wait for the API server
   * @param whenMissing how long to wait before a missing kind is asked for again
   * @param progress called when the kind is settled for the first time, and when something else
   *     keeps it from it
   */
  KindKeeper(
      KubernetesClient client,
      KubeKind kind,
      ObjectStore store,
      ScheduledExecutorService scheduler,
      InstantSource clock,
      RandomGenerator random,
      Duration whenMissing,
      Runnable progress) {
    this.client = client;
    this.kind = kind;
    this.store = store;
    this.scheduler = scheduler;
    this.clock = clock;
    this.whenMissing = whenMissing;
    this.progress = progress;
    this.backoff = new Backoff(FIRST_RETRY, LAST_RETRY, random);
    // Many proxies start together and need not ask together for ever.
    this.whilePresent = STILL_THERE.plusMillis(random.nextLong(STILL_THERE.toMillis() / 2));
  }

  void start() {
    later(Duration.ZERO);
  }

  private void later(Duration delay) {
    later(delay, this::attempt);
  }

  private void later(Duration delay, Runnable step) {
    try {
      scheduler.schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      // Closed in the meantime.
    }
  }

  private Duration soon() {
    return whenMissing.dividedBy(4);
  }

  private void attempt() {
    try {
      switch (Versions.of(client, kind)) {
        case Versions.Answer.Served served -> watch(served.version());
        case Versions.Answer.Missing _ -> missing();
        case Versions.Answer.Foreign foreign ->
            failed(
                "%s is there as %s; this version reads %s"
                    .formatted(kind.resource(), foreign.versions(), kind.versions()));
      }
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private synchronized void watch(String version) {
    if (closed) {
      return;
    }
    missing = 0;
    KindWatch next = new KindWatch(client, kind, version, store, clock, this);
    watch = next;
    next.start();
    later(whilePresent, () -> patrol(next));
  }

  private void patrol(KindWatch which) {
    if (isCurrent(which)) {
      look(which);
      later(whilePresent, () -> patrol(which));
    }
  }

  /** Looks twice, for the same reason for which a kind must be missing twice. */
  private void look(KindWatch which) {
    if (isCurrent(which) && isAnother(which)) {
      later(
          soon(),
          () -> {
            if (isCurrent(which) && isAnother(which) && takeOff(which)) {
              which.close();
              attempt();
            }
          });
    }
  }

  /** Whether what is watched is not what the API server has now; false when it says nothing. */
  private boolean isAnother(KindWatch which) {
    try {
      return !Versions.of(client, kind).equals(new Versions.Answer.Served(which.version()));
    } catch (RuntimeException _) {
      // An API server that is away is for the watch to overcome.
      return false;
    }
  }

  private synchronized boolean isCurrent(KindWatch which) {
    return !closed && watch == which;
  }

  private synchronized boolean takeOff(KindWatch which) {
    boolean current = isCurrent(which);
    if (current) {
      watch = null;
      wasThere = true;
    }
    return current;
  }

  @Override
  public void emptied(KindWatch which) {
    if (emptied.compareAndSet(false, true)) {
      later(
          soon(),
          () -> {
            emptied.set(false);
            look(which);
          });
    }
  }

  @Override
  public void listed() {
    backoff.succeeded();
    if (obstacle != null) {
      LOG.atInfo().addKeyValue("resource", kind.resource()).log("listed again");
    }
    obstacle = null;
    failingSince = null;
    goneSince = null;
    settle();
  }

  private void settle() {
    if (!settled) {
      settled = true;
      progress.run();
    }
  }

  /**
   * A kind counts as missing when it was so twice: an API server that has just started may not know
   * its kinds yet, and to serve without policies because of that would open everything.
   */
  private void missing() {
    failingSince = null;
    String why = "resource " + kind.resource() + " is not installed";
    if (wasThere && goneSince == null) {
      goneSince = clock.instant();
      LOG.atWarn().addKeyValue("resource", kind.resource()).addKeyValue("why", why).log("gone");
    }
    obstacle = why;
    missing++;
    if (missing >= 2 || !kind.used()) {
      settle();
    }
    later(missing == 1 ? soon() : whenMissing);
  }

  @Override
  public void ended(KindWatch which, Throwable failure) {
    if (!takeOff(which)) {
      return;
    }
    if (KindWatch.isMissing(failure)) {
      later(Duration.ZERO);
    } else {
      failed(failure);
    }
  }

  private void failed(Throwable failure) {
    boolean forbidden = KindWatch.isForbidden(failure);
    failed(forbidden ? "not allowed: " + kind.permission() : KubeFailure.words(failure));
  }

  private void failed(String why) {
    if (failingSince == null) {
      failingSince = clock.instant();
    }
    if (!why.equals(obstacle)) {
      LOG.atWarn()
          .addKeyValue("resource", kind.resource())
          .addKeyValue("why", why)
          .log("not watched");
    }
    boolean news = !why.equals(obstacle);
    obstacle = why;
    if (news) {
      progress.run();
    }
    later(backoff.next());
  }

  /** Whether what there is of this kind is known, or known not to be. */
  boolean isSettled() {
    return settled;
  }

  KubeKind kind() {
    return kind;
  }

  /** Why the kind is not watched; null when it is, or not tried yet. */
  @Nullable String obstacle() {
    return obstacle;
  }

  /** Since when changes do not reach us although the kind is there; null while they do. */
  @Nullable Instant lostSince() {
    KindWatch now;
    synchronized (this) {
      now = watch;
    }
    Instant failing = failingSince;
    return failing != null || now == null ? failing : now.lostSince();
  }

  /** Since when the definition of the kind, which was there, is not; null while it is. */
  @Nullable Instant goneSince() {
    return goneSince;
  }

  synchronized void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
  }
}
