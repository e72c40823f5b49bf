// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All kinds, and what can be said of them together. */
final class KindKeepers {
  /** Threads that wait for answers while the kinds are asked for. */
  private static final int ASKING = 2;

  private final List<KindKeeper> all = new ArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newScheduledThreadPool(
          ASKING, Thread.ofPlatform().daemon().name("kube-ask-", 0).factory());

  KindKeepers(
      KubernetesClient client,
      List<KubeKind> kinds,
      ObjectStore store,
      InstantSource clock,
      RandomGenerator random,
      Duration whenMissing,
      Runnable progress) {
    for (KubeKind kind : kinds) {
      all.add(new KindKeeper(client, kind, store, scheduler, clock, random, whenMissing, progress));
    }
  }

  void start() {
    all.forEach(KindKeeper::start);
  }

  /** Whether every kind that has an effect is known, or known not to be installed. */
  boolean allSettled() {
    return all.stream().noneMatch(keeper -> keeper.kind().kept() && !keeper.isSettled());
  }

  /** What the first world waits for. */
  List<String> waiting() {
    List<String> lines = new ArrayList<>();
    for (KindKeeper keeper : all) {
      if (keeper.kind().kept() && !keeper.isSettled()) {
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
