// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.world.AppProtocol;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Service as written, or as told by somebody who knows its endpoints too.
 *
 * @param addresses cluster addresses in canonical spelling; empty when it has none
 * @param selector empty when its endpoints are written down as EndpointSlices
 * @param known what was told of it; null when it is only written
 */
record ServiceSpec(
    Manifest manifest,
    List<String> addresses,
    Map<String, String> selector,
    List<Port> ports,
    @Nullable KnownService known) {
  /**
   * @param targetPort 0 when it is named
   * @param targetName a container port's name, or empty
   */
  record Port(String name, int number, int targetPort, String targetName, AppProtocol protocol) {}

  String namespace() {
    return manifest.namespace();
  }

  String name() {
    return manifest.name();
  }

  /** Names it among all services; two hosts of one ServiceEntry are two. */
  String key() {
    return known == null || known.kubernetes()
        ? manifest.key()
        : known.namespace() + "/" + known.hostname();
  }

  String hostname(String clusterDomain) {
    return known == null ? name() + "." + namespace() + ".svc." + clusterDomain : known.hostname();
  }

  boolean selects(Map<String, String> labels) {
    return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
  }

  @Nullable Port port(int number) {
    for (Port port : ports) {
      if (port.number == number) {
        return port;
      }
    }
    return null;
  }
}
