// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.rbac.identity.SpiffeId;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which workloads are processes on this machine. On a laptop nobody starts pods for Deployments;
 * the dev mesh says here where each of them listens.
 */
@FunctionalInterface
public interface LocalTable {
  /** No process but those that an annotation {@value #ANNOTATION} names, reached by plain TCP. */
  LocalTable ANNOTATED =
      workload ->
          workload.annotated() == null ? null : new LocalProcess(workload.annotated(), null);

  /** On a Pod, Deployment or Service: {@code host:port} of its process. */
  String ANNOTATION = "waypoint.dev/endpoint";

  /**
   * Where a workload runs, or null when it is not on this machine. Asked once a translation for
   * every Pod, then for every Deployment without pods, each in the order of names.
   */
  @Nullable LocalProcess find(LocalWorkload workload);

  /**
   * @param name the Pod's or Deployment's
   * @param annotated what the annotation says, if there is one
   */
  record LocalWorkload(
      String namespace, String name, SpiffeId identity, @Nullable InetSocketAddress annotated) {
    /** {@code namespace/name}. */
    public String key() {
      return namespace + "/" + name;
    }
  }

  /**
   * @param app where the process listens; also the CONNECT authority of a tunnel to it
   * @param hbone where its ztunnel listens, or null for plain TCP
   */
  record LocalProcess(InetSocketAddress app, @Nullable InetSocketAddress hbone) {}
}
