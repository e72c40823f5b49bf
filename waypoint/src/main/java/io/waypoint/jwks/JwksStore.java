// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.KeySource;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.World;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fetched keys of a process. Every event loop reads them; fetching happens on a loop of its
 * own.
 *
 * <p>What a world names is fetched as soon as the world is there and refreshed in the background,
 * so that requests wait only for keys that were never had, or for a key that the issuer has just
 * begun to use.
 */
public final class JwksStore implements KeySource {
  private final Vertx vertx;
  private final LongSupplier nanos;
  private final JwksSettings settings;
  private final Context loop;
  private final JwksFetch fetch;
  private final FetchCounts counts = new FetchCounts();
  private final Map<KeyLocation.Remote, KeptKeys> kept = new ConcurrentHashMap<>();
  private volatile Set<KeyLocation.Remote> wanted = Set.of();

  /**
   * Made on a thread that is no event loop, so that a loop of this Vert.x fetches.
   *
   * @param vertx not the one that carries requests
   * @param nanos a clock for durations
   */
  public JwksStore(Vertx vertx, LongSupplier nanos, JwksSettings settings) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.settings = settings;
    this.loop = vertx.getOrCreateContext();
    this.fetch = new JwksFetch(vertx, settings);
  }

  /** A new world is in force: what it names is fetched, what it no longer names retires. */
  public void worldChanged(World world) {
    Set<KeyLocation.Remote> now = locations(world);
    Set<KeyLocation.Remote> before = wanted;
    wanted = now;
    now.forEach(location -> keep(location).start());
    for (KeyLocation.Remote location : before) {
      if (!now.contains(location)) {
        loop.runOnContext(
            v -> vertx.setTimer(settings.retire().toMillis(), id -> retire(location)));
      }
    }
  }

  private void retire(KeyLocation.Remote location) {
    KeptKeys gone = wanted.contains(location) ? null : kept.remove(location);
    if (gone != null) {
      gone.stop();
    }
  }

  private static Set<KeyLocation.Remote> locations(World world) {
    Set<KeyLocation.Remote> locations = new HashSet<>();
    for (MeshService service : world.services()) {
      service.ports().forEach(port -> add(locations, port.tokens()));
    }
    for (MeshWorkload workload : world.workloads()) {
      add(locations, workload.guards().tokens());
    }
    return locations;
  }

  private static void add(Set<KeyLocation.Remote> locations, JwtRules rules) {
    for (JwtRule rule : rules.rules()) {
      if (rule.keys() instanceof KeyLocation.Remote remote) {
        locations.add(remote);
      }
    }
  }

  private KeptKeys keep(KeyLocation.Remote location) {
    KeptKeys known = kept.get(location);
    return known != null
        ? known
        : kept.computeIfAbsent(
            location, same -> new KeptKeys(same, loop, nanos, settings, fetch, counts));
  }

  /** Fetches begun so far. */
  public long fetches() {
    return counts.fetches().sum();
  }

  /** Of these, the ones that brought no keys. */
  public long failures() {
    return counts.failures().sum();
  }

  /** Age in seconds of the oldest keys that the configuration names; 0 when there are none. */
  public double oldestSeconds() {
    long oldest = 0;
    for (KeyLocation.Remote location : wanted) {
      KeptKeys keys = kept.get(location);
      oldest = Math.max(oldest, keys == null ? 0 : keys.ageNanos());
    }
    return oldest / 1e9;
  }

  /** Locations that the configuration names and whose keys were never had: their tokens fail. */
  public int withoutKeys() {
    int without = 0;
    for (KeyLocation.Remote location : wanted) {
      KeptKeys keys = kept.get(location);
      without += keys == null || keys.ageNanos() < 0 ? 1 : 0;
    }
    return without;
  }

  @Override
  public Keys current(KeyLocation.Remote location) {
    KeptKeys keys = kept.get(location);
    return keys == null ? Keys.NONE : keys.current();
  }

  @Override
  public @Nullable CompletionStage<?> fresher(KeyLocation.Remote location) {
    return keep(location).fresher();
  }
}
