// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts flows into words: Istio's access-log fields, under Istio's keys as JSON or in Istio's order
 * as text, and after them who called whom.
 */
final class LogLine {
  /** A power of two. */
  private static final int REMEMBERED = 256;

  private final LogText text = new LogText(40 * 1024);
  private final LogFields fields;
  private final String clusterDomain;
  private final @Nullable InetSocketAddress[] known = new @Nullable InetSocketAddress[REMEMBERED];
  private final String[] spelled = new String[REMEMBERED];
  private int lines;

  LogLine(AccessLog.Format format, String clusterDomain) {
    this.fields =
        switch (format) {
          case JSON -> new LogFields.Json(text);
          case TEXT -> new LogFields.Plain(text);
        };
    this.clusterDomain = clusterDomain;
  }

  void append(Flow flow) {
    RequestRecord request = flow instanceof RequestRecord http ? http : null;
    fields.begin();
    fields.time("start_time", flow.startMillis);
    if (request == null) {
      fields.requestLine(null, null, null);
      fields.number("response_code", 0);
    } else {
      fields.requestLine(request.method, request.path, request.protocol.text());
      fields.number("response_code", request.status);
    }
    fields.word("response_flags", flow.flag.text());
    fields.word("response_code_details", request == null ? tcpDetails(flow) : flow.details());
    fields.word("connection_termination_details", null);
    fields.quoted("upstream_transport_failure_reason", flow.failure);
    fields.number("bytes_received", flow.bytesIn);
    fields.number("bytes_sent", flow.bytesOut);
    fields.number("duration", TimeUnit.NANOSECONDS.toMillis(flow.durationNanos()));
    fields.word("upstream_service_time", request == null ? null : serviceTime(request));
    fields.quoted("x_forwarded_for", request == null ? null : request.forwardedFor);
    fields.quoted("user_agent", request == null ? null : request.userAgent);
    fields.quoted("request_id", request == null ? null : request.requestId);
    fields.quoted("authority", request == null ? null : request.authority);
    where(flow);
    fields.word("route_name", request == null ? null : request.route);
    SpiffeId caller = flow.caller;
    fields.word("source_principal", caller == null ? null : caller.uri());
    fields.word("destination_principal", flow.upstreamIdentity());
    if (request != null) {
      advice(request);
    }
    fields.end();
    lines++;
  }

  /** Only on lines that have it: most requests have none of this. */
  private void advice(RequestRecord request) {
    if (request.metadata != null) {
      fields.quoted("ext_authz_metadata", request.metadata);
    }
    if (request.authorizerFailure != null) {
      fields.word("ext_authz_failure", request.authorizerFailure);
    }
    if (request.limiterFailure != null) {
      fields.word("rate_limit_failure", request.limiterFailure);
    }
    if (request.dryRun != null) {
      fields.quoted("authz_dry_run", request.dryRun);
    }
    if (request.audited) {
      fields.word("authz_audit", "true");
    }
  }

  int length() {
    return text.length();
  }

  int lines() {
    return lines;
  }

  void writeTo(OutputStream out) throws IOException {
    text.writeTo(out);
  }

  void reset() {
    text.reset();
    lines = 0;
  }

  private void where(Flow flow) {
    Endpoint endpoint = flow.endpoint;
    fields.quoted("upstream_host", endpoint == null ? null : address(endpoint.address()));
    fields.word("upstream_cluster", cluster(flow));
    InetSocketAddress local = flow.upstreamLocal;
    fields.word("upstream_local_address", local == null ? null : address(local));
    boolean addressed = !flow.addressedHost.isEmpty();
    fields.word(
        "downstream_local_address",
        addressed ? authority(flow.addressedHost, flow.addressedPort) : null);
    InetSocketAddress peer = flow.peer;
    fields.word("downstream_remote_address", peer == null ? null : address(peer));
    fields.word("requested_server_name", null);
  }

  /** A relayed connection that ended well has no details. */
  private static @Nullable String tcpDetails(Flow flow) {
    return flow.flag == ResponseFlag.NONE && flow.details == null ? null : flow.details();
  }

  private static @Nullable String serviceTime(RequestRecord request) {
    long nanos = request.upstreamNanos();
    return nanos < 0 ? null : Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** Spelled as Envoy names the cluster of a service's port. */
  private @Nullable String cluster(Flow flow) {
    EndpointSet backend = flow.backend;
    return backend == null
        ? null
        : "outbound|" + backend.port() + "||" + Labels.hostname(flow, clusterDomain);
  }

  /** The addresses of a mesh are few and return with every request. */
  private String address(InetSocketAddress address) {
    int at = System.identityHashCode(address) & (REMEMBERED - 1);
    if (known[at] != address) {
      known[at] = address;
      spelled[at] = spell(address);
    }
    return spelled[at];
  }

  private static String spell(InetSocketAddress address) {
    return authority(
        address.getAddress() == null
            ? address.getHostString()
            : address.getAddress().getHostAddress(),
        address.getPort());
  }

  private static String authority(String host, int port) {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
