// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.rig.Plan.Rule;
import io.waypoint.load.rig.Plan.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A plan as the configuration that istiod would send to an Envoy waypoint: {@code envoy.yaml}
 * beside this class, with the routes, policies and endpoints of the plan.
 *
 * <pre>
 *   connect_terminate ──► main_internal: RBAC (DENY, ALLOW), routes ──► connect_originate
 * </pre>
 */
final class EnvoyConfig {
  /** Where it listens, and where its files are. */
  record Site(int port, int admin, Path certs, Path accessLog) {}

  private final Plan plan;
  private final Site site;

  private EnvoyConfig(Plan plan, Site site) {
    this.plan = plan;
    this.site = site;
  }

  static String of(Plan plan, Site site) {
    return new EnvoyConfig(plan, site).yaml();
  }

  private String yaml() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("other-services", shelfMatches());
    parts.put("other-chains", shelfChains());
    parts.put("port", Integer.toString(site.port()));
    parts.put("admin", Integer.toString(site.admin()));
    parts.put("certs", site.certs().toString());
    parts.put("service", Plan.SERVICE_ADDRESS);
    parts.put("service-port", Integer.toString(Plan.SERVICE_PORT));
    parts.put("hbone", Integer.toString(Plan.HBONE));
    parts.put("access-log", accessLog());
    parts.put("rbac", rbac());
    parts.put("routes", routes());
    parts.put("clusters", clusters());
    String yaml = template();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      yaml = yaml.replace("{{" + part.getKey() + "}}", part.getValue().stripTrailing());
    }
    return yaml;
  }

  private static String template() {
    try (InputStream in =
        Objects.requireNonNull(EnvoyConfig.class.getResourceAsStream("envoy.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fields that Istio's default format has and that exist without its own filters. */
  private String accessLog() {
    if (!plan.cell().mesh().accessLog()) {
      return "";
    }
    return """
    access_log:
    - name: envoy.access_loggers.file
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
        path: %s
        log_format:
          json_format:
            start_time: "%%START_TIME%%"
            method: "%%REQ(:METHOD)%%"
            path: "%%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%%"
            protocol: "%%PROTOCOL%%"
            response_code: "%%RESPONSE_CODE%%"
            response_flags: "%%RESPONSE_FLAGS%%"
            response_code_details: "%%RESPONSE_CODE_DETAILS%%"
            connection_termination_details: "%%CONNECTION_TERMINATION_DETAILS%%"
            upstream_transport_failure_reason: "%%UPSTREAM_TRANSPORT_FAILURE_REASON%%"
            bytes_received: "%%BYTES_RECEIVED%%"
            bytes_sent: "%%BYTES_SENT%%"
            duration: "%%DURATION%%"
            upstream_service_time: "%%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%%"
            x_forwarded_for: "%%REQ(X-FORWARDED-FOR)%%"
            user_agent: "%%REQ(USER-AGENT)%%"
            request_id: "%%REQ(X-REQUEST-ID)%%"
            authority: "%%REQ(:AUTHORITY)%%"
            upstream_host: "%%UPSTREAM_HOST%%"
            upstream_cluster: "%%UPSTREAM_CLUSTER%%"
            upstream_local_address: "%%UPSTREAM_LOCAL_ADDRESS%%"
            downstream_local_address: "%%DOWNSTREAM_LOCAL_ADDRESS%%"
            downstream_remote_address: "%%DOWNSTREAM_REMOTE_ADDRESS%%"
            requested_server_name: "%%REQUESTED_SERVER_NAME%%"
            route_name: "%%ROUTE_NAME%%"
    """
        .formatted(site.accessLog())
        .indent(10);
  }

  /** istiod makes one filter for each action, the denials first. */
  private String rbac() {
    List<Rule> rules = plan.rules();
    return filter("DENY", rules.stream().filter(Rule.DenyOther.class::isInstance).toList())
        + filter(
            "ALLOW", rules.stream().filter(rule -> !(rule instanceof Rule.DenyOther)).toList());
  }

  private static String filter(String action, List<Rule> rules) {
    if (rules.isEmpty()) {
      return "";
    }
    StringBuilder yaml =
        new StringBuilder(
            """
            - name: envoy.filters.http.rbac.%s
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                rules:
                  action: %s
                  policies:
            """
                .formatted(action, action)
                .indent(10));
    for (Rule rule : rules) {
      yaml.append(
          switch (rule) {
            case Rule.DenyOther deny ->
                policy(deny.number(), "other-" + deny.number(), "/deny/" + deny.number());
            case Rule.AllowOther allow ->
                policy(allow.number(), "caller", "/allow/" + allow.number());
            case Rule.AllowUs us -> policy(us.number(), "caller", "/r");
          });
    }
    return yaml.toString();
  }

  private static String policy(int number, String account, String prefix) {
    return """
    "ns[bench]-policy[policy-%05d]-rule[0]":
      permissions:
      - and_rules:
          rules:
          - or_rules:
              rules:
              - {header: {name: ":method", string_match: {exact: GET}}}
              - {header: {name: ":method", string_match: {exact: POST}}}
          - or_rules: {rules: [{url_path: {path: {prefix: "%s/"}}}]}
      principals:
      - and_ids:
          ids:
          - or_ids:
              ids:
              - filter_state:
                  key: io.istio.peer_principal
                  string_match: {exact: "spiffe://cluster.local/ns/bench/sa/%s"}
    """
        .formatted(number, prefix, account)
        .indent(18);
  }

  private String routes() {
    StringBuilder yaml = new StringBuilder();
    for (String prefix : plan.prefixes()) {
      yaml.append(
          """
          - match: {path_separated_prefix: "%s"}
            route:
              timeout: 0s
              weighted_clusters:
                clusters: [{name: echo-v1, weight: %d}, {name: echo-v2, weight: %d}]
          """
              .formatted(prefix, Version.V1.weight(), Version.V2.weight())
              .indent(14));
    }
    return yaml.toString();
  }

  /** istiod makes a filter chain, with everything in it, for each port of each service. */
  private String shelfChains() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < plan.services(); i++) {
      yaml.append(
          """
          - name: %1$s
            filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: inbound_%1$s
                codec_type: AUTO
                use_remote_address: false
                normalize_path: true
                path_with_escaped_slashes_action: KEEP_UNCHANGED
                merge_slashes: false
                stream_idle_timeout: 300s
                upgrade_configs: [{upgrade_type: websocket}]
                http_filters:
                - name: envoy.filters.http.router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                route_config:
                  name: %1$s
                  virtual_hosts:
                  - name: %1$s
                    domains: ["*"]
                    routes:
                    - match: {prefix: "/"}
                      route: {timeout: 0s, cluster: %2$s}
          """
              .formatted(Plan.service(i), Version.V1.service())
              .indent(4));
    }
    return yaml.toString();
  }

  private String shelfMatches() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < plan.services(); i++) {
      yaml.append(
          """
          "%2$s":
            matcher:
              matcher_tree:
                input:
                  name: port
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput
                exact_match_map:
                  map:
                    "%3$d":
                      action:
                        name: %1$s
                        typed_config: {"@type": type.googleapis.com/google.protobuf.StringValue, value: %1$s}
          """
              .formatted(Plan.service(i), Plan.serviceAddress(i), Plan.SERVICE_PORT)
              .indent(12));
    }
    return yaml.toString();
  }

  private String clusters() {
    StringBuilder yaml = new StringBuilder();
    for (Version version : Version.values()) {
      yaml.append(cluster(version.service(), endpoints(version)).indent(2));
      for (String pod : plan.pods(version)) {
        yaml.append(
            """
            - endpoint: {address: {envoy_internal_address: {server_listener_name: connect_originate, endpoint_id: "%1$s:%2$d"}}}
              metadata: {filter_metadata: {envoy.filters.listener.original_dst: {local: "%1$s:%2$d"}}}
            """
                .formatted(pod, Plan.APP)
                .indent(8));
      }
    }
    // istiod makes one of these for each of them, too.
    for (int i = 0; i < plan.services(); i++) {
      yaml.append(cluster(Plan.service(i), "").indent(2));
    }
    return yaml.toString();
  }

  /** The beginning of the list of a version's endpoints, and what goes before it. */
  private String endpoints(Version version) {
    String http2 =
        """
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http2_protocol_options: {}}
        """;
    String load =
        """
          load_assignment:
            cluster_name: %s
            endpoints:
            - lb_endpoints:
        """
            .formatted(version.service());
    return (plan.isHttp2() ? http2 : "") + load;
  }

  /**
   * @param more what there is of it besides what all have
   */
  private static String cluster(String name, String more) {
    return """
    - name: %s
      type: STATIC
      lb_policy: LEAST_REQUEST
      circuit_breakers: {thresholds: [{max_connections: 4294967295, max_pending_requests: 4294967295, max_requests: 4294967295, max_retries: 4294967295}]}
      transport_socket:
        name: envoy.transport_sockets.internal_upstream
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport
          passthrough_metadata: [{kind: {host: {}}, name: envoy.filters.listener.original_dst}]
          transport_socket:
            name: envoy.transport_sockets.raw_buffer
            typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}
    %s\
    """
        .formatted(name, more);
  }
}
