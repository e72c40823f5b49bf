// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

/**
 * Everything that can be said about configuration. The numbers are stable: 1 is about reading, 2
 * about what objects refer to, 3 about what this proxy enforces, 4 about static settings.
 */
public enum Code {
  SYNTAX(
      "WP1001",
      "The file is not YAML. Nothing after this point in the file was read, and the change as a "
          + "whole is not loaded; the configuration before it stays in force."),
  DUPLICATE_KEY(
      "WP1002",
      "A mapping holds the same key twice. YAML forbids it, and readers disagree on which one "
          + "counts, so neither does."),
  WRONG_TYPE(
      "WP1003",
      "A field holds another type than its schema says: text where a number belongs, a list where a"
          + " mapping belongs. An unquoted true, null or 80 is not text: put it in quotes."),
  UNKNOWN_FIELD(
      "WP1004",
      "A Gateway API, Istio or waypoint object has a field that its schema does not know. An API "
          + "server would drop or refuse it; here it is an error, because a dropped field of a "
          + "policy is a hole."),
  MISSING_FIELD("WP1005", "A field that the schema requires is not there or is empty."),
  BAD_VALUE("WP1006", "A field's value is outside what its schema allows."),
  LIMIT(
      "WP1007",
      "A list or text is longer than the schema allows, or a number is out of range. The limits are"
          + " those of the Gateway API's and Istio's own resource definitions."),
  TOO_LARGE(
      "WP1008",
      "The document is larger or nested deeper than this reader accepts, or its aliases expand to "
          + "too many nodes. The bounds protect the process from a hostile file."),
  NOT_AN_OBJECT(
      "WP1009",
      "A document is not a Kubernetes object: it has no apiVersion, kind and metadata.name."),
  UNREADABLE("WP1010", "A file or folder that was named cannot be read."),
  DUPLICATE_OBJECT(
      "WP1011",
      "Two documents describe the same object. Which one would win is a matter of order, so neither"
          + " does."),
  CONTRADICTION(
      "WP1012",
      "Fields that exclude one another stand together, or one stands without the other it needs."),

  READER_FAILED(
      "WP1013",
      "Reading failed for a reason that is a defect of this program. The configuration before it "
          + "stays in force."),

  VERSION_KEPT(
      "WP1014",
      "An object of the cluster was changed into something that cannot be read. Its version before"
          + " the change stays in force until it is repaired or deleted; other objects are not"
          + " affected."),

  KIND_UNKNOWN("WP2001", "The object's kind does not exist in its API group."),
  KIND_NOT_USED(
      "WP2002",
      "The kind is known and accepted, and this version does not use it. What it would do in a "
          + "cluster does not happen here."),
  HOSTNAMES_IGNORED(
      "WP2003",
      "A route whose parent is a Service is chosen by the address that was called, not by host"
          + " name: its hostnames have no effect."),
  PARENT_NOT_FOUND(
      "WP2004",
      "A route names a parent, or a port of it, that does not exist: it attaches nowhere."),
  NO_GATEWAY(
      "WP2005",
      "No Gateway of class vertx-waypoint is there, so no service is bound to this process and"
          + " every call is refused."),
  SEVERAL_GATEWAYS(
      "WP2006",
      "Several Gateways of class vertx-waypoint are there and none was named, so it is unclear"
          + " which one this process is."),
  BACKEND_NOT_FOUND(
      "WP2007",
      "A route sends to a Service, or to a port of it, that does not exist. Its share of the"
          + " requests is answered 500, as the Gateway API says."),
  BACKEND_UNSUPPORTED(
      "WP2008",
      "A route sends to something that is not a Service. Its share of the requests is answered"
          + " 500."),
  NO_BACKENDS("WP2009", "A rule has no backend that may be chosen: its requests are answered 500."),
  ACCOUNT_NOT_FOUND(
      "WP2010",
      "A pod or Deployment runs as a ServiceAccount that is not in the configuration. It gets that "
          + "identity all the same; a cluster would not start the pod."),
  NO_ENDPOINTS(
      "WP2011",
      "No pod, Deployment with an endpoint, or EndpointSlice stands behind a service: its requests"
          + " are answered 503."),
  WAYPOINT_NOT_FOUND(
      "WP2012",
      "The label istio.io/use-waypoint names a Gateway that does not exist. The object is bound to"
          + " it all the same, so it is not served here."),
  SHARED_ADDRESS(
      "WP2013", "Two services have the same address and port; the first by name gets it."),
  BAD_ENDPOINT(
      "WP2014",
      "The annotation waypoint.dev/endpoint is not host:port, or the host is not an address."),
  ROUTE_CONFLICT(
      "WP2015",
      "A GRPCRoute and an HTTPRoute are attached to one port of a service. As GEP-1294 says, the"
          + " GRPCRoute counts there and the HTTPRoute does not."),

  ENTRY_NOT_USED(
      "WP2016",
      "A host, an address or an endpoint of a ServiceEntry or WorkloadEntry is not used: it belongs"
          + " to somebody else, or it is none that may be called from here, such as this machine's"
          + " own or that of a metadata service."),
  HOST_NOT_RESOLVED(
      "WP2017",
      "The DNS does not know a host that a ServiceEntry names. Requests to it are answered 503"
          + " until it does; it is asked again and again."),

  NOT_SUPPORTED("WP3001", "The field is part of the API and has no effect in this version."),
  RULE_BROKEN(
      "WP3002",
      "The rule asks for something this version cannot do and must not skip: its requests are"
          + " answered 500."),
  POLICY_NOT_ENFORCEABLE(
      "WP3003",
      "A rule of an AuthorizationPolicy cannot be enforced as written. What cannot be checked"
          + " counts against the caller: an ALLOW rule allows nothing, a DENY rule denies."),
  POLICY_NOT_ATTACHED(
      "WP3004",
      "A policy without targetRefs is never a waypoint's. Of an AuthorizationPolicy ztunnel"
          + " enforces what is not HTTP; a RequestAuthentication means nothing to it."),
  NO_TOKEN_KEYS(
      "WP3007",
      "A rule of a RequestAuthentication has no keys and no place to fetch them from: every token"
          + " of its issuer is refused."),
  TARGET_NOT_BOUND(
      "WP3008",
      "A policy's target has no waypoint in front of it: the policy guards nothing until it is"
          + " bound to one (label istio.io/use-waypoint)."),
  TARGET_NOT_FOUND("WP3005", "A policy's target does not exist: the policy guards nothing."),
  DENIES_TCP(
      "WP3006",
      "A DENY rule made of HTTP fields only, without ports, denies every TCP connection to its"
          + " target, because what is not HTTP has nothing to compare."),

  AUTHORIZER_NOT_FOUND(
      "WP3010",
      "A policy of action CUSTOM names an authorizer that MeshConfig's extensionProviders do not"
          + " have. Nobody can be asked, so what the policy matches is denied."),

  BACKEND_TLS_BROKEN(
      "WP3011",
      "A BackendTLSPolicy names CA certificates that cannot be had. Nothing is sent in clear where"
          + " TLS is demanded: without any certificate, requests to its targets are answered 5xx."),
  PROTOCOL_UNSUPPORTED(
      "WP3012",
      "A route sends HTTP to a port whose appProtocol is something else. Its share of the requests"
          + " is answered 500."),

  UNKNOWN_SETTING("WP4001", "There is no static setting of this name."),
  BAD_SETTING("WP4002", "A static setting's value cannot be read or is out of its range.");

  private final String id;
  private final String paragraph;

  Code(String id, String paragraph) {
    this.id = id;
    this.paragraph = paragraph;
  }

  /** The stable number, for example {@code WP1004}. */
  public String id() {
    return id;
  }

  /** What the code means and what follows from it. */
  public String paragraph() {
    return paragraph;
  }
}
