// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.world.AppProtocol;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Service as written, or as told by somebody who knows its endpoints too.
 *
 * @param addresses cluster addresses in canonical spelling; empty when it has none
 * @param selector empty when its endpoints are written down as EndpointSlices
 * @param entry what a ServiceEntry says of it; null for a Service, and for one that is told
 * @param known what was told of it; null when it is only written
 */
record ServiceSpec(
    Manifest manifest,
    List<String> addresses,
    Map<String, String> selector,
    List<Port> ports,
    @Nullable EntryHost entry,
    @Nullable KnownService known) {
  /**
   * @param targetPort 0 when it is named
   * @param targetName a container port's name, or empty
   * @param declared its appProtocol; null when it declares none
   */
  record Port(
      String name,
      int number,
      int targetPort,
      String targetName,
      AppProtocol protocol,
      @Nullable String declared) {
    private static final Set<String> SECURE = Set.of("https", "wss", "kubernetes.io/wss");
    private static final Set<String> NOT_HTTP = Set.of("tcp", "tls", "mongo", "redis", "mysql");
    private static final Set<String> KUBERNETES =
        Set.of("kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss");

    /** Whether what it speaks is HTTP inside TLS (GEP-1911). */
    boolean isHttps() {
      String word = declared == null ? name : declared.toLowerCase(Locale.ROOT);
      return SECURE.contains(word) || declared == null && word.startsWith("https-");
    }

    /** Whether it declares something that no HTTP request can be sent to. */
    boolean isUnsupported() {
      if (declared == null) {
        return false;
      }
      String word = declared.toLowerCase(Locale.ROOT);
      return NOT_HTTP.contains(word) || word.contains("/") && !KUBERNETES.contains(word);
    }
  }

  String namespace() {
    return manifest.namespace();
  }

  String name() {
    return manifest.name();
  }

  /** Names it among all services; two hosts of one ServiceEntry are two. */
  String key() {
    if (entry != null) {
      return namespace() + "/" + entry.host();
    }
    return known == null || known.kubernetes()
        ? manifest.key()
        : known.namespace() + "/" + known.hostname();
  }

  String hostname(String clusterDomain) {
    if (entry != null) {
      return entry.host();
    }
    return known == null ? name() + "." + namespace() + ".svc." + clusterDomain : known.hostname();
  }

  /** Whether it is a host of a ServiceEntry. */
  boolean isEntry() {
    return entry != null || known != null && !known.kubernetes();
  }

  /** Whether the DNS says who answers for it, of which nobody knows at first. */
  boolean isLookedUp() {
    return entry != null && entry.resolution() == EntryHost.Resolution.DNS;
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
