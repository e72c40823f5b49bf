// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import java.util.List;
import java.util.Map;

/**
 * What this version does of the Gateway API, by the names of its conformance suite, sorted. A name
 * belongs here when a test of ours shows the behaviour.
 */
final class Features {
  private static final List<String> SUPPORTED =
      List.of(
          "HTTPRoute",
          "HTTPRouteBackendProtocolWebSocket",
          "HTTPRouteBackendRequestHeaderModification",
          "HTTPRouteMethodMatching",
          "HTTPRouteNamedRouteRule",
          "HTTPRouteParentRefPort",
          "HTTPRouteQueryParamMatching",
          "HTTPRouteResponseHeaderModification",
          "Mesh",
          "MeshClusterIPMatching",
          "MeshHTTPRouteBackendRequestHeaderModification",
          "MeshHTTPRouteNamedRouteRule",
          "MeshHTTPRouteQueryParamMatching");

  private Features() {}

  /** As {@code status.supportedFeatures}. */
  static List<Map<String, Object>> list() {
    return SUPPORTED.stream().map(name -> Map.<String, Object>of("name", name)).toList();
  }
}
