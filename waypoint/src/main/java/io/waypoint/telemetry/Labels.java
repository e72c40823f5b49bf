// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.Destination;
import io.waypoint.world.Workload;
import org.jspecify.annotations.Nullable;

/**
 * The label text of Istio's standard metrics, in their order. Every value comes from configuration
 * or from a verified identity: nothing that a caller writes into a request becomes a label.
 */
final class Labels {
  static final String UNKNOWN = "unknown";
  private static final String OTHER = "other";
  private static final int LONGEST_VALUE = 256;

  /** Stands for a workload that the world does not know. */
  private static final Workload NOBODY =
      new Workload(
          UNKNOWN,
          UNKNOWN,
          UNKNOWN,
          SpiffeId.of(UNKNOWN, UNKNOWN, UNKNOWN),
          UNKNOWN,
          "latest",
          UNKNOWN,
          UNKNOWN,
          UNKNOWN);

  private final StringBuilder text = new StringBuilder(1024);

  private Labels() {}

  static Series.Kind kindOf(Flow flow) {
    return switch (flow) {
      case RequestRecord request -> request.grpc ? Series.Kind.GRPC : Series.Kind.HTTP;
      case TcpRecord _ -> Series.Kind.TCP;
    };
  }

  static String of(Flow flow, String clusterDomain) {
    var labels = new Labels();
    labels.add("reporter", "waypoint");
    labels.source(flow);
    labels.destination(flow, clusterDomain);
    labels.outcome(flow);
    return labels.text.toString();
  }

  /** Where the combinations are counted that exceed the limit. */
  static String other(Series.Kind kind) {
    var labels = new Labels();
    labels.add("reporter", "waypoint");
    labels.add("source_workload", OTHER);
    labels.add("destination_workload", OTHER);
    labels.add("destination_service", OTHER);
    labels.add("request_protocol", protocol(kind));
    if (kind != Series.Kind.TCP) {
      labels.add("response_code", OTHER);
    }
    labels.add("response_flags", OTHER);
    return labels.text.toString();
  }

  /** The namespace and name that a flow's metrics are about; null when no service was addressed. */
  static @Nullable String serviceOf(Flow flow) {
    EndpointSet backend = flow.backend;
    Destination destination = flow.destination;
    if (destination != null && destination.workload()) {
      return null;
    }
    return backend != null ? backend.service() : destination != null ? destination.service() : null;
  }

  static @Nullable String namespaceOf(Flow flow) {
    EndpointSet backend = flow.backend;
    Destination destination = flow.destination;
    return backend != null
        ? backend.namespace()
        : destination != null ? destination.namespace() : null;
  }

  /** The full name of the service addressed; null when the backend is another service. */
  static @Nullable String hostnameOf(Flow flow) {
    Destination destination = flow.destination;
    EndpointSet backend = flow.backend;
    if (destination == null) {
      return null;
    }
    boolean same =
        backend == null
            || backend.service().equals(destination.service())
                && backend.namespace().equals(destination.namespace());
    return same ? destination.hostname() : null;
  }

  private void source(Flow flow) {
    SpiffeId caller = flow.caller;
    Workload source = flow.source == null ? NOBODY : flow.source;
    add("source_workload", source.owner());
    add("source_canonical_service", source.canonicalName());
    add("source_canonical_revision", source.canonicalRevision());
    add("source_workload_namespace", caller == null ? source.namespace() : caller.namespace());
    add("source_principal", caller == null ? UNKNOWN : caller.uri());
    add("source_app", source.app());
    add("source_version", source.version());
    add("source_cluster", source.cluster());
  }

  private void destination(Flow flow, String clusterDomain) {
    Workload target = flow.target == null ? NOBODY : flow.target;
    String service = serviceOf(flow);
    String namespace = namespaceOf(flow);
    String identity = flow.upstreamIdentity();
    add("destination_workload", target.owner());
    add("destination_workload_namespace", target.namespace());
    add("destination_principal", identity == null ? UNKNOWN : identity);
    add("destination_app", target.app());
    add("destination_version", target.version());
    add("destination_service", hostname(flow, clusterDomain));
    add("destination_canonical_service", target.canonicalName());
    add("destination_canonical_revision", target.canonicalRevision());
    add("destination_service_name", service == null ? UNKNOWN : service);
    add("destination_service_namespace", namespace == null ? UNKNOWN : namespace);
    add("destination_cluster", target.cluster());
  }

  /** The full name of the service that a flow's metrics are about. */
  static String hostname(Flow flow, String clusterDomain) {
    String service = serviceOf(flow);
    if (service == null) {
      return UNKNOWN;
    }
    String hostname = hostnameOf(flow);
    return hostname != null
        ? hostname
        : service + "." + namespaceOf(flow) + ".svc." + clusterDomain;
  }

  private void outcome(Flow flow) {
    add("request_protocol", protocol(kindOf(flow)));
    if (flow instanceof RequestRecord request) {
      add("response_code", Integer.toString(request.status));
      boolean answered = request.grpc && request.grpcStatus != RequestRecord.NO_GRPC_STATUS;
      add("grpc_response_status", answered ? Integer.toString(request.grpcStatus) : "");
    }
    add("response_flags", flow.flag.text());
    add("connection_security_policy", flow.caller == null ? "none" : "mutual_tls");
  }

  private static String protocol(Series.Kind kind) {
    return switch (kind) {
      case HTTP -> "http";
      case GRPC -> "grpc";
      case TCP -> "tcp";
    };
  }

  private void add(String name, String value) {
    if (!text.isEmpty()) {
      text.append(',');
    }
    text.append(name).append("=\"");
    int length = Math.min(value.length(), LONGEST_VALUE);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c < ' ' || c > '~' ? '_' : c);
      }
    }
    text.append('"');
  }
}
