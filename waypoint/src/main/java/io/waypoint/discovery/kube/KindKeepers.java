// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All kinds, and what can be said of them together. */
final class KindKeepers {
  /** Threads that wait for answers while the kinds are asked for. */
  private static final int ASKING = 2;

  /** How long a change waits at most for objects that a world is the first to name. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final List<KindKeeper> all = new CopyOnWriteArrayList<>();
  private final Map<KubeKind, KindKeeper> named = new ConcurrentHashMap<>();
  private final Function<KubeKind, KindKeeper> keepers;
  private final ObjectStore store;
  private final InstantSource clock;
  private final Runnable progress;
  private final ScheduledExecutorService scheduler =
      Executors.newScheduledThreadPool(
          ASKING, Thread.ofPlatform().daemon().name("kube-ask-", 0).factory());

  /** Since when a world waits for what it is the first to name; null when none does. */
  private @Nullable Instant waitingSince;

  KindKeepers(
      KubernetesClient client,
      List<KubeKind> kinds,
      ObjectStore store,
      InstantSource clock,
      RandomGenerator random,
      Duration whenMissing,
      Runnable progress) {
    this.store = store;
    this.clock = clock;
    this.progress = progress;
    this.keepers =
        kind ->
            new KindKeeper(client, kind, store, scheduler, clock, random, whenMissing, progress);
    for (KubeKind kind : kinds) {
      all.add(keepers.apply(kind));
    }
  }

  /**
   * Keeps these single objects too, and no others any more. Called by one thread.
   *
   * @return whether it is worth waiting for one of them
   */
  boolean follow(Set<KubeKind> wanted) {
    for (KubeKind kind : List.copyOf(named.keySet())) {
      if (!wanted.contains(kind)) {
        KindKeeper gone = named.remove(kind);
        if (gone != null) {
          all.remove(gone);
          gone.close();
        }
        store.forget(kind);
      }
    }
    for (KubeKind kind : wanted) {
      if (all.stream().noneMatch(keeper -> keeper.kind().equals(kind))) {
        KindKeeper begun = keepers.apply(kind);
        named.put(kind, begun);
        all.add(begun);
        begun.start();
        if (waitingSince == null) {
          waitingSince = clock.instant();
        }
        scheduler.schedule(progress, PATIENCE.toMillis() + 1, TimeUnit.MILLISECONDS);
      }
    }
    return isWaiting();
  }

  /** Whether an object that was just named may still come: neither known nor refused. */
  boolean isWaiting() {
    Instant since = waitingSince;
    return since != null
        && clock.instant().isBefore(since.plus(PATIENCE))
        && named.values().stream().anyMatch(each -> !each.isSettled() && each.obstacle() == null);
  }

  /** What was heard of until now is in a world; whoever is named from now on may be waited for. */
  void published() {
    waitingSince = null;
  }

  void start() {
    all.forEach(KindKeeper::start);
  }

  /** Without what a policy names the policy is all that fails. */
  private boolean isNeeded(KindKeeper keeper) {
    return keeper.kind().kept() && !named.containsKey(keeper.kind());
  }

  /** Whether every kind that has an effect is known, or known not to be installed. */
  boolean allSettled() {
    return all.stream().noneMatch(keeper -> isNeeded(keeper) && !keeper.isSettled());
  }

  /** What the first world waits for. */
  List<String> waiting() {
    List<String> lines = new ArrayList<>();
    for (KindKeeper keeper : all) {
      if (isNeeded(keeper) && !keeper.isSettled()) {
        String obstacle = keeper.obstacle();
        String why = obstacle == null ? "not listed yet" : obstacle;
        lines.add("kubernetes: " + keeper.kind().resource() + ": " + why);
      }
    }
    return lines;
  }

  /** What does not reach us at the moment, in one line when it is the same for all. */
  List<String> outages(Instant now) {
    List<String> lost = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (KindKeeper keeper : all) {
      Instant since = keeper.lostSince();
      if (since != null && keeper.obstacle() == null) {
        lost.add(keeper.kind().resource());
      } else if (since != null) {
        lines.add("kubernetes: " + keeper.kind().resource() + ": " + keeper.obstacle());
      }
    }
    Instant since = lostSince();
    if (since != null && (!lost.isEmpty() || !lines.isEmpty())) {
      String what = lost.size() > 3 ? lost.size() + " kinds" : String.join(", ", lost);
      lines.addFirst(
          "kubernetes: no changes %sfor %d s; the last good world is served"
              .formatted(
                  lost.isEmpty() ? "" : "of " + what + " ",
                  Duration.between(since, now).toSeconds()));
    }
    for (KindKeeper keeper : all) {
      Instant gone = keeper.kind().used() ? keeper.goneSince() : null;
      if (gone != null) {
        lines.add(
            "kubernetes: %s: its definition is gone for %d s; objects that nobody deleted stay in force"
                .formatted(keeper.kind().resource(), Duration.between(gone, now).toSeconds()));
      }
    }
    return lines;
  }

  /** How many kinds with an effect were there and are not any more. */
  int gone() {
    return (int) all.stream().filter(k -> k.kind().used() && k.goneSince() != null).count();
  }

  /** Since when changes of a kind with an effect do not reach us. */
  @Nullable Instant lostSince() {
    Instant earliest = null;
    for (KindKeeper keeper : all) {
      Instant since = keeper.kind().used() ? keeper.lostSince() : null;
      if (since != null && (earliest == null || since.isBefore(earliest))) {
        earliest = since;
      }
    }
    return earliest;
  }

  Set<String> obstacles() {
    Set<String> lines = new TreeSet<>();
    for (KindKeeper keeper : all) {
      String obstacle = keeper.obstacle();
      if (obstacle != null) {
        lines.add(keeper.kind().resource() + ": " + obstacle);
      }
    }
    return lines;
  }

  void close() {
    scheduler.shutdownNow();
    all.forEach(KindKeeper::close);
  }
}
