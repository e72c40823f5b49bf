// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The outbound connections of the process: a pool for each loop, so that a tunnel and its
 * connection share one.
 */
final class OutboundPools {
  private final HboneTransport transport;
  private final CredentialSource credentials;
  private final Map<EventLoop, OnLoop> loops = new ConcurrentHashMap<>();

  OutboundPools(HboneTransport transport, CredentialSource credentials) {
    this.transport = transport;
    this.credentials = credentials;
  }

  OnLoop on(EventLoop loop) {
    OnLoop known = loops.get(loop);
    return known != null ? known : loops.computeIfAbsent(loop, OnLoop::new);
  }

  void drain() {
    for (OnLoop pool : loops.values()) {
      pool.loop.execute(pool::drain);
    }
  }

  private record Key(InetSocketAddress hbone, String identity, String credential) {}

  /** Touched by its loop only. */
  final class OnLoop {
    private final EventLoop loop;
    private final Map<Key, PooledWorkload> workloads = new HashMap<>();

    private OnLoop(EventLoop loop) {
      this.loop = loop;
    }

    void open(WorkloadAddress workload, TunnelChannel channel) {
      Key key = new Key(workload.hbone(), workload.identity(), workload.credential());
      workloads
          .computeIfAbsent(
              key,
              made ->
                  new PooledWorkload(
                      transport,
                      loop,
                      workload,
                      credentials,
                      empty -> workloads.remove(key, empty)))
          .open(new OpenRequest(workload, channel));
    }

    private void drain() {
      List.copyOf(workloads.values()).forEach(PooledWorkload::drain);
    }
  }
}
