// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.Locality;
import io.waypoint.world.Workload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod, a WorkloadEntry, or what stands for the pods of a Deployment that has none here.
 *
 * @param manifest the object it was read from: a Pod, a Deployment, a Service or a WorkloadEntry
 * @param labels the pod's labels, by which services select it
 * @param addresses the pod's own addresses in canonical spelling
 * @param app the process on this machine, when it is one
 * @param hbone where its ztunnel listens, or null for plain TCP
 * @param ports its container ports by name; unnamed ones under their number
 */
record WorkloadSpec(
    Manifest manifest,
    Workload workload,
    Map<String, String> labels,
    List<String> addresses,
    @Nullable InetSocketAddress app,
    @Nullable InetSocketAddress hbone,
    boolean ready,
    Map<String, Integer> ports) {
  String namespace() {
    return workload.namespace();
  }

  private boolean isEntry() {
    return manifest.kind().equals("WorkloadEntry");
  }

  /** Where it runs, as far as its labels say. */
  Locality locality() {
    Locality written = isEntry() ? PlaceReader.locality(manifest.spec()) : Locality.UNKNOWN;
    if (!written.region().isEmpty()) {
      return written;
    }
    return LocalityReader.of(labels, manifest.spec().field("nodeName").text(""));
  }

  /** Whether there is anywhere to send to. */
  boolean isReachable() {
    return app != null || !addresses.isEmpty();
  }

  /** The address and port that serve a service's port, or null when the named port is not there. */
  @Nullable InetSocketAddress target(ServiceSpec.Port port) {
    if (app != null) {
      return app;
    }
    int number =
        port.targetName().isEmpty() ? port.targetPort() : ports.getOrDefault(port.targetName(), 0);
    if (isEntry()) {
      number = ports.getOrDefault(port.name(), number);
    }
    if (number == 0) {
      return null;
    }
    if (addresses.isEmpty()) {
      // What is known by name has its addresses from the DNS.
      return isEntry()
          ? InetSocketAddress.createUnresolved(manifest.spec().field("address").text(""), number)
          : null;
    }
    return new InetSocketAddress(addresses.getFirst(), number);
  }
}
