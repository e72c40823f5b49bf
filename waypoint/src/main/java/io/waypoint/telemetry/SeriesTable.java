// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.world.Workload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One recorder's way from a finished flow to its cells, without building a string: a hash table
 * whose keys are the fields that the labels are made of. Confined to one event loop.
 *
 * <p>It holds at most twice as many entries as there may be series; when it is full it is emptied
 * and learns again.
 */
final class SeriesTable {
  private static final int FIRST_SIZE = 64;

  private final SeriesRegistry registry;
  private final String clusterDomain;
  private final int recorder;
  private final int limit;
  private @Nullable Entry[] entries = new @Nullable Entry[FIRST_SIZE];
  private int size;

  SeriesTable(SeriesRegistry registry, TelemetrySettings settings, int recorder) {
    this.registry = registry;
    this.clusterDomain = settings.clusterDomain();
    this.recorder = recorder;
    this.limit = Math.max(FIRST_SIZE, 2 * settings.labelTuples());
  }

  /** The cells to count a flow in. */
  long[] cells(Flow flow) {
    int hash = hash(flow);
    int mask = entries.length - 1;
    int at = hash & mask;
    for (Entry entry = entries[at]; entry != null; entry = entries[at]) {
      if (entry.hash == hash && entry.matches(flow)) {
        if (entry.series.state != Series.State.LIVE || entry.epoch != registry.epoch()) {
          resolve(entry, flow);
        }
        return entry.cells;
      }
      at = (at + 1) & mask;
    }
    return learn(flow, hash);
  }

  private long[] learn(Flow flow, int hash) {
    if (size >= limit) {
      entries = new @Nullable Entry[FIRST_SIZE];
      size = 0;
    } else if (size * 2 >= entries.length) {
      grow();
    }
    int epoch = registry.epoch();
    String labels = Labels.of(flow, clusterDomain);
    Series series = registry.resolve(labels, Labels.kindOf(flow), recorder);
    var entry = new Entry(flow, hash, series, registry.cells(series, recorder), epoch);
    put(entry);
    size++;
    return entry.cells;
  }

  private void resolve(Entry entry, Flow flow) {
    entry.epoch = registry.epoch();
    String labels = Labels.of(flow, clusterDomain);
    entry.series = registry.resolve(labels, Labels.kindOf(flow), recorder);
    entry.cells = registry.cells(entry.series, recorder);
  }

  private void grow() {
    @Nullable Entry[] before = entries;
    entries = new @Nullable Entry[before.length * 2];
    for (Entry entry : before) {
      if (entry != null) {
        put(entry);
      }
    }
  }

  private void put(Entry entry) {
    int mask = entries.length - 1;
    int at = entry.hash & mask;
    while (entries[at] != null) {
      at = (at + 1) & mask;
    }
    entries[at] = entry;
  }

  private static int hash(Flow flow) {
    int hash = flow.flag.text().hashCode();
    if (flow instanceof RequestRecord request) {
      hash = hash * 31 + request.status;
      hash = hash * 31 + (request.grpc ? 2 + request.grpcStatus : 0);
    }
    SpiffeId caller = flow.caller;
    hash = hash * 31 + (caller == null ? 0 : caller.serviceAccount().hashCode());
    hash = hash * 31 + (caller == null ? 0 : caller.namespace().hashCode());
    hash = hash * 31 + hash(flow.source);
    hash = hash * 31 + hash(flow.target);
    hash = hash * 31 + hash(Labels.serviceOf(flow));
    hash = hash * 31 + hash(Labels.namespaceOf(flow));
    return hash ^ hash >>> 15;
  }

  private static int hash(@Nullable Workload workload) {
    return workload == null ? 0 : workload.owner().hashCode() * 31 + workload.version().hashCode();
  }

  private static int hash(@Nullable String text) {
    return text == null ? 0 : text.hashCode();
  }

  private static final class Entry {
    final int hash;
    Series series;
    long[] cells;
    int epoch;

    private final Series.Kind kind;
    private final ResponseFlag flag;
    private final int status;
    private final int grpcStatus;
    private final @Nullable SpiffeId caller;
    private final @Nullable Workload source;
    private final @Nullable Workload target;
    private final @Nullable String service;
    private final @Nullable String namespace;
    private final @Nullable String hostname;
    private final @Nullable String identity;

    Entry(Flow flow, int hash, Series series, long[] cells, int epoch) {
      this.hash = hash;
      this.series = series;
      this.cells = cells;
      this.epoch = epoch;
      kind = Labels.kindOf(flow);
      flag = flow.flag;
      status = flow instanceof RequestRecord request ? request.status : 0;
      grpcStatus = flow instanceof RequestRecord request ? request.grpcStatus : 0;
      caller = flow.caller;
      source = flow.source;
      target = flow.target;
      service = Labels.serviceOf(flow);
      namespace = Labels.namespaceOf(flow);
      hostname = Labels.hostnameOf(flow);
      identity = flow.upstreamIdentity();
    }

    boolean matches(Flow flow) {
      return flag == flow.flag
          && kind == Labels.kindOf(flow)
          && outcomeMatches(flow)
          && Objects.equals(caller, flow.caller)
          && same(source, flow.source)
          && same(target, flow.target)
          && Objects.equals(service, Labels.serviceOf(flow))
          && Objects.equals(namespace, Labels.namespaceOf(flow))
          && Objects.equals(hostname, Labels.hostnameOf(flow))
          && Objects.equals(identity, flow.upstreamIdentity());
    }

    private boolean outcomeMatches(Flow flow) {
      return !(flow instanceof RequestRecord request)
          || status == request.status && grpcStatus == request.grpcStatus;
    }

    /** Pods of one owner share their labels, so they share an entry. */
    @SuppressWarnings("ReferenceEquality") // the usual case, before seven comparisons of text
    private static boolean same(@Nullable Workload a, @Nullable Workload b) {
      if (a == b) {
        return true;
      }
      return a != null
          && b != null
          && a.owner().equals(b.owner())
          && a.namespace().equals(b.namespace())
          && a.canonicalName().equals(b.canonicalName())
          && a.canonicalRevision().equals(b.canonicalRevision())
          && a.app().equals(b.app())
          && a.version().equals(b.version())
          && a.cluster().equals(b.cluster());
    }
  }
}
