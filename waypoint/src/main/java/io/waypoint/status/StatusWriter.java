// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.discovery.kube.Coalescer;
import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.kube.KubeView;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.world.GatewayName;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what is in force into the status of our Gateway, its class, its routes and policies: when
 * we are the one replica that writes, when it is not there already, and once for many changes.
 *
 * <pre>
 *   view, or somebody wrote a status ──► quiet ──► leader? ──► verdicts ──► differs? ──► write
 *                 ▲                                                                       │
 *                 └─────────────────────── conflict, failure: again ──────────────────────┘
 * </pre>
 */
public final class StatusWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration MOST = Duration.ofSeconds(1);
  private static final int CONFLICTS = 5;

  private final StatusApi api;
  private final Leader leader;
  private final AddressSource address;
  private final BooleanSupplier elsewhere;
  private final InstantSource clock;
  private final Coalescer coalescer;
  private final Map<String, String> obstacles = new HashMap<>();
  private final SettledRoutes settled = new SettledRoutes();
  private final AtomicLong writes = new AtomicLong();
  private volatile @Nullable KubeView view;
  private volatile List<String> notes = List.of();
  private boolean classWritten;

  /** Whether it is us who writes. */
  @FunctionalInterface
  public interface Leader {
    boolean leads();
  }

  /** The host name under which callers find us; null as long as nobody would answer there. */
  @FunctionalInterface
  public interface AddressSource {
    @Nullable String ready();
  }

  /**
   * @param elsewhere whether a controller of the cluster writes the status of Gateways and classes
   */
  public StatusWriter(
      KubernetesClient client,
      Leader leader,
      AddressSource address,
      BooleanSupplier elsewhere,
      InstantSource clock,
      LongSupplier nanos) {
    this.api = new StatusApi(client);
    this.leader = leader;
    this.address = address;
    this.elsewhere = elsewhere;
    this.clock = clock;
    this.coalescer = new Coalescer(QUIET, MOST, nanos, this::pass);
  }

  public void start() {
    coalescer.start("kube-status");
  }

  /** Another world is in force. */
  public void translated(KubeView now) {
    view = now;
    coalescer.changed();
  }

  /** Something else on which a status depends may be another: who leads, readiness, a status. */
  public void changed() {
    coalescer.changed();
  }

  /** What keeps us from writing, a line each. */
  public List<String> notes() {
    return notes;
  }

  /** How many times a status was written. */
  public long writes() {
    return writes.get();
  }

  private void pass() {
    KubeView now = view;
    if (now == null || !leader.leads()) {
      classWritten = false;
      notes = List.of();
      return;
    }
    GatewayName gateway = now.translation().world().gateway();
    if (gateway == null) {
      return;
    }
    obstacles.clear();
    Siblings siblings = Siblings.of(now);
    RouteReading reading =
        RouteReading.of(gateway, now.translation(), siblings.gateways(), now.held());
    if (!elsewhere.getAsBoolean()) {
      gatewayAndClass(now, gateway, siblings, reading);
    }
    settled.turn();
    for (String kind : List.of("HTTPRoute", "GRPCRoute")) {
      Map<String, KubeObject> objects = latest(now, kind);
      for (KubeObject seen : now.seen(kind)) {
        route(seen, objects.get(seen.key()), reading);
      }
    }
    var policies = new PolicyStatus(gateway, now.translation().policies());
    Map<String, KubeObject> latest = latest(now, PolicyStatus.KIND);
    for (KubeObject seen : now.seen(PolicyStatus.KIND)) {
      policy(seen, latest.get(seen.key()), policies);
    }
    notes = obstacles.values().stream().sorted().toList();
  }

  private static Map<String, KubeObject> latest(KubeView view, String kind) {
    Map<String, KubeObject> latest = new HashMap<>();
    view.now(kind).forEach(object -> latest.put(object.key(), object));
    return latest;
  }

  private void gatewayAndClass(
      KubeView now, GatewayName gateway, Siblings siblings, RouteReading reading) {
    for (KubeObject object : now.now("GatewayClass")) {
      if (siblings.isOurs(object)) {
        Map<String, Object> status =
            GatewayStatus.gatewayClass(object, !classWritten, clock.instant());
        attempt(object, status, () -> classWritten = true);
      }
    }
    for (KubeObject object : now.now("Gateway")) {
      if (object.key().equals(gateway.toString()) && isSeen(now, object)) {
        String published = GatewayStatus.published(object);
        String host = published == null ? address.ready() : published;
        String identity = object.kind() + " " + object.key();
        attempt(
            object,
            GatewayStatus.gateway(
                object,
                host,
                reading.problems().getOrDefault(identity, List.of()),
                clock.instant()),
            () -> {});
      }
    }
  }

  private static boolean isSeen(KubeView now, KubeObject object) {
    return now.seen(object.kind()).stream()
        .anyMatch(
            seen -> seen.key().equals(object.key()) && seen.generation() == object.generation());
  }

  private void attempt(KubeObject object, @Nullable Map<String, Object> status, Runnable done) {
    try {
      if (status != null) {
        api.apply(object.kind(), object.namespace(), object.name(), status);
        writes.incrementAndGet();
      }
      done.run();
    } catch (KubernetesClientException e) {
      failed(object, e);
    }
  }

  private void route(KubeObject seen, @Nullable KubeObject latest, RouteReading reading) {
    if (latest == null
        || latest.generation() != seen.generation()
        || settled.has(latest, reading)) {
      return;
    }
    RouteFacts facts = reading.facts(seen);
    if (facts == null) {
      return;
    }
    list(
        seen,
        latest,
        "parents",
        status -> {
          List<Map<String, Object>> parents =
              RouteStatus.parents(
                  status, facts, KubeSettings.CONTROLLER, seen.generation(), clock.instant());
          if (parents == null) {
            settled.add(latest, reading);
          }
          return parents;
        });
  }

  private void policy(KubeObject seen, @Nullable KubeObject latest, PolicyStatus policies) {
    if (latest != null && latest.generation() == seen.generation()) {
      list(seen, latest, "ancestors", status -> policies.ancestors(seen, status, clock.instant()));
    }
  }

  /**
   * Replaces a list that several controllers share, as often as somebody else was faster.
   *
   * @param wanted the list for a status; null when it says what it should
   */
  private void list(
      KubeObject seen,
      KubeObject latest,
      String field,
      Function<@Nullable Object, @Nullable List<Map<String, Object>>> wanted) {
    Object status = latest.status();
    String version = latest.resourceVersion();
    try {
      for (int i = 0; i < CONFLICTS; i++) {
        List<Map<String, Object>> list = wanted.apply(status);
        if (list == null || replaced(seen, version, field, list)) {
          return;
        }
        GenericKubernetesResource fresh = api.read(seen.kind(), seen.namespace(), seen.name());
        if (fresh == null
            || !Objects.equals(fresh.getMetadata().getGeneration(), seen.generation())) {
          return;
        }
        status = fresh.get("status");
        version = fresh.getMetadata().getResourceVersion();
      }
      coalescer.changed();
    } catch (KubernetesClientException e) {
      failed(seen, e);
    }
  }

  /** False after a conflict: somebody else wrote since. */
  private boolean replaced(
      KubeObject object, String version, String field, List<Map<String, Object>> list) {
    try {
      api.replace(object, version, field, list);
      writes.incrementAndGet();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private void failed(KubeObject object, KubernetesClientException e) {
    if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
      return;
    }
    String why =
        e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
            ? "not allowed: " + StatusApi.permission(object.kind())
            : String.valueOf(e.getMessage());
    String line = "status of " + object.kind() + ": " + why;
    if (obstacles.put(object.kind(), line) == null && !notes.contains(line)) {
      LOG.atWarn()
          .addKeyValue("object", object.key())
          .addKeyValue("why", why)
          .log("status not written");
    }
  }

  /** Whether the last pass left something to try again. */
  public boolean isIncomplete() {
    KubeView now = view;
    if (now == null || !leader.leads()) {
      return false;
    }
    return !notes.isEmpty() || !isPublished(now);
  }

  private static boolean isPublished(KubeView now) {
    GatewayName gateway = now.translation().world().gateway();
    return gateway == null
        || now.now("Gateway").stream()
            .filter(object -> object.key().equals(gateway.toString()))
            .allMatch(object -> GatewayStatus.published(object) != null);
  }

  @Override
  public void close() {
    coalescer.close();
  }
}
