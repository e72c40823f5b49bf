// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.MeshSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the mesh's settings: ConfigMap {@code istio}, key {@code mesh}. */
final class MeshReader {
  private static final List<String> USED =
      List.of(
          "extensionProviders",
          "pathNormalization",
          "rootNamespace",
          "trustDomain",
          "trustDomainAliases");

  /**
   * Istio reads this from its own environment; here it stands where the mesh's proxies get theirs.
   */
  private static final String SEVERAL = "PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS";

  /** The other fields of Istio's MeshConfig: they configure what this proxy does not have. */
  private static final List<String> KNOWN =
      List.of(
          "accessLogEncoding",
          "accessLogFile",
          "accessLogFormat",
          "ca",
          "caCertificates",
          "certificates",
          "configSources",
          "connectTimeout",
          "defaultConfig",
          "defaultDestinationRuleExportTo",
          "defaultHttpRetryPolicy",
          "defaultProviders",
          "defaultServiceExportTo",
          "defaultVirtualServiceExportTo",
          "disableEnvoyListenerLog",
          "discoverySelectors",
          "dnsRefreshRate",
          "enableAutoMtls",
          "enableEnvoyAccessLogService",
          "enablePrometheusMerge",
          "enableTracing",
          "h2UpgradePolicy",
          "inboundClusterStatName",
          "inboundTrafficPolicy",
          "ingressClass",
          "ingressControllerMode",
          "ingressSelector",
          "ingressService",
          "localityLbSetting",
          "meshMTLS",
          "outboundClusterStatName",
          "outboundTrafficPolicy",
          "protocolDetectionTimeout",
          "proxyHttpPort",
          "proxyInboundListenPort",
          "proxyListenPort",
          "serviceScopeConfigs",
          "serviceSettings",
          "tcpKeepalive",
          "thriftConfig",
          "tlsDefaults",
          "verifyCertificateAtClient");

  private MeshReader() {}

  static MeshSettings read(Objects objects, String rootNamespace) {
    Manifest map = objects.find("ConfigMap", rootNamespace, "istio");
    Doc mesh = map == null ? null : map.doc().field("data").field("mesh").embedded();
    if (mesh == null) {
      MeshTrust defaults = MeshTrust.DEFAULT;
      return settings(
          new MeshTrust(defaults.trustDomain(), defaults.aliases(), rootNamespace),
          MeshSettings.DEFAULTS.pathNormalization(),
          Map.of(),
          false);
    }
    List<String> all = new ArrayList<>(USED);
    all.addAll(KNOWN);
    mesh.only(all);
    TrustDomain domain = trustDomain(mesh.field("trustDomain"));
    List<TrustDomain> aliases = new ArrayList<>();
    for (Doc alias : mesh.field("trustDomainAliases").list()) {
      TrustDomain read = trustDomain(alias);
      if (read != null) {
        aliases.add(read);
      }
    }
    var trust =
        new MeshTrust(
            domain == null ? MeshTrust.DEFAULT.trustDomain() : domain,
            aliases,
            mesh.field("rootNamespace").text(rootNamespace));
    String several =
        mesh.field("defaultConfig").isMapping()
            ? mesh.field("defaultConfig").field("proxyMetadata").field(SEVERAL).raw()
            : "";
    return settings(
        trust,
        normalization(mesh.field("pathNormalization")),
        AuthorizerReader.read(mesh.field("extensionProviders")),
        several.equalsIgnoreCase("true"));
  }

  private static MeshSettings settings(
      MeshTrust trust,
      PathNormalization normalization,
      Map<String, ExternalAuthorizer> authorizers,
      boolean several) {
    MeshSettings defaults = MeshSettings.DEFAULTS;
    return new MeshSettings(
        trust, normalization, defaults.clusterDomain(), defaults.cluster(), authorizers, several);
  }

  private static @Nullable TrustDomain trustDomain(Doc doc) {
    String name = doc.text("");
    if (!doc.present() || name.isEmpty()) {
      return null;
    }
    try {
      return new TrustDomain(name);
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, doc.path() + " is \"" + name + "\": " + e.getMessage());
      return null;
    }
  }

  private static PathNormalization normalization(Doc doc) {
    String word =
        doc.only("normalization")
            .field("normalization")
            .oneOf(List.of("DEFAULT", "NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"));
    return word == null || word.equals("DEFAULT")
        ? PathNormalization.BASE
        : PathNormalization.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
