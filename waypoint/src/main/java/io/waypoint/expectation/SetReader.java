// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.translate.StatedPolicy;
import io.waypoint.rbac.Attachment;
import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one set: policies, their surroundings, and requests. */
final class SetReader {
  /** The tag of a set whose policies Istio's webhook refuses, and which says what then happens. */
  static final String REFUSED = "rejected-by-admission";

  private SetReader() {}

  static ExpectedSet read(Doc doc) {
    doc.only("name", "description", "tags", "context", "policies", "requests");
    String name = doc.field("name").raw();
    if (name.isEmpty()) {
      doc.field("name").error(Code.MISSING_FIELD, doc.path() + ".name is required");
    }
    doc.field("tags").list().forEach(Doc::raw);
    List<AuthorizationPolicy> policies = new ArrayList<>();
    for (Doc policy : doc.field("policies").list()) {
      AuthorizationPolicy read = StatedPolicy.read(policy);
      if (read != null) {
        policies.add(read);
      }
    }
    List<ExpectedRequest> requests = new ArrayList<>();
    doc.field("requests").list().forEach(request -> requests.add(RequestReader.read(request)));
    if (requests.isEmpty()) {
      doc.error(Code.MISSING_FIELD, doc.path() + ".requests is required: nothing is expected");
    }
    return new ExpectedSet(
        name, doc.position(), surroundings(doc.field("context")), policies, requests);
  }

  static boolean isRefused(Doc doc) {
    return doc.field("tags").isList()
        && doc.field("tags").list().stream().anyMatch(tag -> tag.raw().equals(REFUSED));
  }

  private static Surroundings surroundings(Doc doc) {
    doc.only(
        "trustDomain",
        "trustDomainAliases",
        "rootNamespace",
        "pathNormalization",
        "waypoint",
        "service",
        "providers",
        "multipleCustomProviders");
    MeshTrust trust = trust(doc);
    String normalization =
        doc.field("pathNormalization")
            .oneOf(List.of("NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"));
    Map<String, Surroundings.Provider> providers = new LinkedHashMap<>();
    for (Doc provider : doc.field("providers").fields()) {
      providers.put(provider.name(), provider(provider));
    }
    return new Surroundings(
        trust,
        normalization == null ? PathNormalization.BASE : PathNormalization.valueOf(normalization),
        attachment(doc, trust.rootNamespace()),
        providers,
        doc.field("multipleCustomProviders").flag(false));
  }

  private static MeshTrust trust(Doc doc) {
    List<TrustDomain> aliases = new ArrayList<>();
    doc.field("trustDomainAliases")
        .list()
        .forEach(alias -> aliases.add(domain(alias, MeshTrust.DEFAULT.trustDomain())));
    return new MeshTrust(
        domain(doc.field("trustDomain"), MeshTrust.DEFAULT.trustDomain()),
        aliases,
        doc.field("rootNamespace").text(MeshTrust.DEFAULT.rootNamespace()));
  }

  private static TrustDomain domain(Doc doc, TrustDomain otherwise) {
    String name = doc.text();
    if (name == null) {
      return otherwise;
    }
    try {
      return new TrustDomain(name);
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, doc.path() + ": " + e.getMessage());
      return otherwise;
    }
  }

  private static Attachment attachment(Doc context, String rootNamespace) {
    Doc waypoint = context.field("waypoint").only("name", "namespace", "gatewayClass");
    return new Attachment(
        rootNamespace,
        waypoint.field("namespace").text("foo"),
        waypoint.field("name").text("waypoint"),
        Set.of(waypoint.field("gatewayClass").text("istio-waypoint")),
        service(context));
  }

  /** A pod is addressed when the service is written down as null. */
  private static Attachment.@Nullable Service service(Doc context) {
    Doc service = context.field("service").only("name", "namespace", "kind");
    if (context.names("service") && !service.present()) {
      return null;
    }
    String kind = service.field("kind").oneOf(List.of("Service", "ServiceEntry"));
    return new Attachment.Service(
        kind == null ? "Service" : kind,
        service.field("namespace").text("foo"),
        service.field("name").text("httpbin"));
  }

  private static Surroundings.Provider provider(Doc doc) {
    doc.only("type", "failOpen", "statusOnError");
    String kind = doc.field("type").oneOf(List.of("grpc", "http"));
    if (kind == null && !doc.has("type")) {
      doc.error(Code.MISSING_FIELD, doc.path() + ".type is required: grpc or http");
    }
    return new Surroundings.Provider(
        "http".equals(kind) ? Authorizers.Kind.HTTP : Authorizers.Kind.GRPC,
        doc.field("failOpen").flag(false),
        doc.field("statusOnError").integer(100, 599, 403));
  }
}
