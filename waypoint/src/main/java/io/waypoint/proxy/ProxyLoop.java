// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Context;
import io.waypoint.authorizer.Asker;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.refusal.Refusal;
import io.waypoint.telemetry.DryRuns;
import io.waypoint.telemetry.Recorder;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.upstream.Upstreams;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import org.jspecify.annotations.Nullable;

/** What the exchanges of one event loop share. */
final class ProxyLoop {
  private final Environment environment;
  private final Context context;
  private final ProxySettings settings;
  private final WorldHolder worlds;
  private final Upstreams upstreams;
  private final Telemetry telemetry;
  private final Recorder recorder;
  private final HttpDate date;
  private final IdleWatch watch;
  private final RouteFilters filters = new RouteFilters();
  private final HeaderCopy copy = new HeaderCopy();
  private final Mirrors mirrors = new Mirrors(this);
  private final Asker asker;
  private final Asker limiters;
  private final DryRuns dryRuns;
  private final Admission admission;
  private final RetryBudgets retryBudgets;
  private final KeptBody.Budget kept = new KeptBody.Budget();
  private volatile boolean draining;

  ProxyLoop(
      Environment environment,
      ProxySettings settings,
      WorldHolder worlds,
      Upstreams upstreams,
      Telemetry telemetry) {
    this.environment = environment;
    this.retryBudgets = new RetryBudgets(environment.shared().retries());
    this.context = environment.vertx().getOrCreateContext();
    this.settings = settings;
    this.worlds = worlds;
    this.upstreams = upstreams;
    this.telemetry = telemetry;
    this.recorder = telemetry.recorder();
    this.date = new HttpDate(environment.time().clock());
    this.watch = new IdleWatch(settings.streamIdle());
    this.asker = new Asker(environment.vertx(), upstreams);
    this.limiters = new Asker(environment.vertx(), upstreams);
    this.dryRuns = telemetry.dryRuns();
    this.admission = new Admission(this, environment.shared().advisers());
  }

  Environment environment() {
    return environment;
  }

  long nanos() {
    return environment.time().nanos().getAsLong();
  }

  /** Comes back to this loop, from any thread. */
  void run(Runnable task) {
    context.runOnContext(v -> task.run());
  }

  ProxySettings settings() {
    return settings;
  }

  @Nullable World world() {
    return worlds.current();
  }

  /** As the world that the request sees says. */
  PathNormalization pathNormalization(@Nullable World world) {
    return world == null ? settings.pathNormalization() : world.mesh().pathNormalization();
  }

  Upstreams upstreams() {
    return upstreams;
  }

  Recorder recorder() {
    return recorder;
  }

  void refused(Refusal refusal) {
    telemetry.refused(refusal);
  }

  String date() {
    return date.now();
  }

  IdleWatch watch() {
    return watch;
  }

  RouteFilters filters() {
    return filters;
  }

  Admission admission() {
    return admission;
  }

  HeaderCopy copy() {
    return copy;
  }

  Asker asker() {
    return asker;
  }

  /** By itself, so that who counts slowly keeps nobody from asking an authorizer. */
  Asker limiters() {
    return limiters;
  }

  DryRuns dryRuns() {
    return dryRuns;
  }

  Mirrors mirrors() {
    return mirrors;
  }

  RetryBudgets retryBudgets() {
    return retryBudgets;
  }

  /** What all bodies that are kept for further attempts may take. */
  KeptBody.Budget keptBodies() {
    return kept;
  }

  boolean isDraining() {
    return draining;
  }

  void drain() {
    draining = true;
  }
}
