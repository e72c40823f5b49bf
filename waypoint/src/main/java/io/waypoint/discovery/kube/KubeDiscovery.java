// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.config.Code;
import io.waypoint.config.Position;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.HostTable;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.WorkloadSource;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The world from a Kubernetes API server, kept up to date until closed.
 *
 * <pre>
 *   API server ── list, watch ──► KindKeeper, one a kind ──► ObjectStore
 *                                                               │ changed, then quiet
 *                                                               ▼
 *                                                  Interpreter ── fails ──► report, keep the world
 *                                                               │
 *                                                               ▼
 *                                                  publish, tell the observers
 * </pre>
 *
 * <p>Nothing is published before everything that can have an effect was listed once. From then on
 * an API server that is away changes nothing.
 */
public final class KubeDiscovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeDiscovery.class);

  /**
   * Where services and workloads come from.
   *
   * @param local which pods are processes on this machine; none in a cluster
   * @param told who tells of them; null when they are read from the API server, too
   * @param hosts where those are that are known by name; stays the caller's to close
   */
  public record Workloads(LocalTable local, @Nullable WorkloadSource told, HostTable hosts) {
    /** Read from the API server. */
    public static final Workloads READ = read(workload -> null);

    /** Read from the API server, some of the pods being played here. */
    public static Workloads read(LocalTable local) {
      return new Workloads(local, null, HostTable.SILENT);
    }

    public static Workloads told(WorkloadSource source) {
      return new Workloads(workload -> null, source, HostTable.SILENT);
    }

    /** The same with hosts outside that are known by name. */
    public Workloads with(HostTable table) {
      return new Workloads(local, told, table);
    }
  }

  /** What is different at every look. */
  public record Time(InstantSource clock, LongSupplier nanos, RandomGenerator random) {}

  /** Told, on the translating thread, what is in force now. */
  @FunctionalInterface
  public interface Observer {
    void translated(KubeView view);
  }

  private final WorldHolder holder;
  private final DiscoveryReport report;
  private final InstantSource clock;
  private final @Nullable WorkloadSource told;
  private final HostTable hosts;
  private final ObjectStore store;
  private final KindKeepers keepers;
  private final Interpreter interpreter;
  private final Coalescer coalescer;
  private final News news = new News();
  private final List<Observer> observers = new CopyOnWriteArrayList<>();
  private final List<Runnable> statusObservers = new CopyOnWriteArrayList<>();
  private volatile List<Problem> problems = List.of();
  private volatile long generation;
  private volatile long lastGoodMillis;
  private volatile boolean lastChangeTaken = true;
  private @Nullable Census census;
  private long hostsSeen;
  private final List<ObjectStore.Change> unpublished = new ArrayList<>();

  /** Whether something was heard of that is in no world yet, an object or not. */
  private boolean owed;

  private WorkloadSource.@Nullable Subscription telling;

  /**
   * @param client stays the caller's to close
   * @param workloads a source of them stays the caller's to close
   */
  public KubeDiscovery(
      KubernetesClient client,
      KubeSettings settings,
      Workloads workloads,
      WorldHolder holder,
      DiscoveryReport report,
      Time time) {
    this.holder = holder;
    this.report = report;
    this.clock = time.clock();
    this.told = workloads.told();
    this.hosts = workloads.hosts();
    List<KubeKind> kinds = KubeKind.all(settings.scope().rootNamespace(), settings.servicesToo());
    var relevance = new Relevance(settings.scope().gateway(), KubeSettings.CONTROLLER);
    this.store = new ObjectStore(kinds, relevance, new Changes());
    this.interpreter =
        new Interpreter(
            settings.scope(), KubeSettings.CONTROLLER, workloads.local(), workloads.hosts());
    this.coalescer =
        new Coalescer(
            settings.pace().quiet(), settings.pace().most(), time.nanos(), this::translate);
    this.keepers =
        new KindKeepers(
            client,
            kinds,
            store,
            clock,
            time.random(),
            settings.pace().whenMissing(),
            coalescer::changed);
  }

  /** Which changes of the store lead to what. */
  private final class Changes implements ObjectStore.Listener {
    @Override
    public void meaningChanged() {
      coalescer.changed();
    }

    @Override
    public void statusChanged() {
      statusObservers.forEach(Runnable::run);
    }
  }

  /** Begins to ask the API server; returns at once. */
  public void start() {
    coalescer.start("kube-discovery");
    if (told != null) {
      telling = told.onChange(coalescer::changed);
    }
    hosts.onChange(coalescer::changed);
    keepers.start();
  }

  /** Told of every world from now on; before {@link #start}. */
  public void observe(Observer observer) {
    observers.add(observer);
  }

  /** Called, on a watching thread, when a status of ours was changed by anybody. */
  public void observeStatus(Runnable observer) {
    statusObservers.add(observer);
  }

  private void translate() {
    Census now = told == null ? null : told.census();
    if (!keepers.allSettled() || keepers.isWaiting() || told != null && now == null) {
      return;
    }
    long hostsNow = hosts.version();
    ObjectStore.Snapshot snapshot = store.take();
    boolean same = now == census && hostsNow == hostsSeen;
    owed |= !snapshot.changes().isEmpty() || !same;
    if (generation > 0 && !owed) {
      return;
    }
    census = now;
    hostsSeen = hostsNow;
    unpublished.addAll(snapshot.changes());
    try {
      publish(snapshot);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.atError().setCause(e).log("the objects cannot be translated; the world before stays");
      var failed = new Problems();
      Position everywhere = Position.whole(Source.object("objects", "", "of the cluster", ""));
      failed.error(Code.READER_FAILED, "", everywhere, "reading failed: " + e, null);
      lastChangeTaken = false;
      problems = failed.sorted();
      report.rejected(problems);
    }
  }

  private void publish(ObjectStore.Snapshot snapshot) {
    Interpreter.Interpretation made = interpreter.interpret(snapshot, census, generation + 1);
    if (keepers.follow(named(made.translation()))) {
      return;
    }
    World world = made.translation().world();
    List<String> words = generation == 0 ? List.of() : ChangeWords.of(unpublished);
    unpublished.clear();
    owed = false;
    keepers.published();
    generation = world.generation();
    lastGoodMillis = clock.millis();
    lastChangeTaken = made.held().isEmpty();
    problems = made.translation().problems();
    holder.publish(world);
    report.published(world, words, news.of(problems));
    Map<String, List<KubeObject>> seen = new HashMap<>();
    snapshot.objects().forEach((kind, objects) -> seen.put(kind.kind(), objects));
    var view = new KubeView(made.translation(), made.held(), seen, store::ofKind);
    observers.forEach(observer -> observer.translated(view));
  }

  /** The ConfigMaps of policies that are obeyed here. */
  private static Set<KubeKind> named(Translation translation) {
    Set<KubeKind> kinds = new HashSet<>();
    for (PolicyVerdict policy : translation.policies()) {
      if (policy.concerns()) {
        policy.names().forEach(name -> kinds.add(KubeKind.configMap(policy.namespace(), name)));
      }
    }
    return kinds;
  }

  /** What is wrong with the objects now. */
  public List<Problem> problems() {
    return problems;
  }

  /** Whether there has been a world, so that requests can be served. */
  public boolean isReady() {
    return generation > 0;
  }

  /**
   * What a person who looks at readiness should know, a line each: before the first world what it
   * waits for; after it, what does not reach us.
   */
  public List<String> notes() {
    return generation == 0 ? keepers.waiting() : keepers.outages(clock.instant());
  }

  /** Since when changes of a kind that matters do not reach us; null while all do. */
  public @Nullable Instant lostSince() {
    return keepers.lostSince();
  }

  /** How many kinds with an effect were installed when this began and are not any more. */
  public int goneKinds() {
    return keepers.gone();
  }

  /** The kinds that are watched, and what keeps the others from it. */
  public Set<String> obstacles() {
    return keepers.obstacles();
  }

  /** How many objects are kept in memory. */
  public int objectCount() {
    return store.sizes().values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many worlds were published. */
  public long generation() {
    return generation;
  }

  /** When the latest world was published, in milliseconds since 1970; 0 before the first. */
  public long lastGoodMillis() {
    return lastGoodMillis;
  }

  /** Whether the latest version of every object is in force. */
  public boolean lastChangeTaken() {
    return lastChangeTaken;
  }

  @Override
  public void close() {
    if (telling != null) {
      telling.close();
    }
    keepers.close();
    coalescer.close();
  }
}
