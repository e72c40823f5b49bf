// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.verdict.Condition;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.IpText;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/** Reads one BackendTLSPolicy. */
final class BackendTlsReader {
  private static final int MOST_TARGETS = 16;
  private static final int MOST_AUTHORITIES = 8;
  private static final int MOST_NAMES = 5;
  private static final String CA_KEY = "ca.crt";

  /**
   * @param kind {@code Service} or {@code ServiceEntry}
   * @param section a port's name; empty for every port that no other policy names
   */
  record Target(String kind, String name, String section, Doc doc) {}

  /**
   * @param resolved the condition ResolvedRefs
   * @param anchored whether any authority is there to believe
   * @param maps the ConfigMaps that it names, there or not
   */
  record Read(
      Manifest manifest,
      List<Target> targets,
      Origination origination,
      Condition resolved,
      boolean anchored,
      List<String> maps) {}

  private final Objects objects;
  private final Manifest manifest;
  private final List<String> missing = new ArrayList<>();
  private final List<String> maps = new ArrayList<>();
  private String reason = "InvalidCACertificateRef";

  private BackendTlsReader(Objects objects, Manifest manifest) {
    this.objects = objects;
    this.manifest = manifest;
  }

  static Read read(Objects objects, Manifest manifest) {
    return new BackendTlsReader(objects, manifest).read();
  }

  private Read read() {
    int before = manifest.doc().errorsSoFar();
    Doc spec = manifest.spec().only("targetRefs", "validation", "options");
    List<Target> targets = targets(spec.field("targetRefs"));
    if (spec.has("options")) {
      spec.field("options")
          .warning(Code.NOT_SUPPORTED, "options of a BackendTLSPolicy are ignored");
    }
    Doc validation =
        spec.field("validation")
            .only("caCertificateRefs", "wellKnownCACertificates", "hostname", "subjectAltNames");
    String hostname = hostname(validation.field("hostname"));
    List<String> dnsNames = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    names(validation.field("subjectAltNames"), dnsNames, uris);
    if (!validation.has("subjectAltNames")) {
      dnsNames.add(hostname);
    }
    boolean system = isSystem(validation);
    String authorities = authorities(validation.field("caCertificateRefs"));
    boolean anchored = system || !authorities.isEmpty();
    boolean readable = manifest.doc().errorsSoFar() == before;
    Origination origination =
        !readable
            ? new Origination.Not("BackendTLSPolicy " + manifest.key() + " cannot be read")
            : !anchored
                ? new Origination.Not(
                    "BackendTLSPolicy " + manifest.key() + " has no valid CA certificate")
                : new Origination.Over(
                    new Endpoint.Tls(hostname, dnsNames, uris, system ? null : authorities));
    return new Read(manifest, targets, origination, resolved(), anchored, List.copyOf(maps));
  }

  private Condition resolved() {
    return missing.isEmpty()
        ? Condition.yes(Condition.RESOLVED_REFS, "ResolvedRefs", "all references resolve")
        : Condition.no(Condition.RESOLVED_REFS, reason, String.join("; ", missing));
  }

  private static List<Target> targets(Doc list) {
    List<Target> targets = new ArrayList<>();
    for (Doc doc : list.list(MOST_TARGETS)) {
      doc.only("group", "kind", "name", "sectionName");
      String group = doc.field("group").text("");
      String kind = doc.field("kind").required();
      String wanted = kind.equals("ServiceEntry") ? Kinds.ISTIO_GROUP : "";
      if (!kind.isEmpty() && !(kind.equals("Service") || kind.equals("ServiceEntry"))) {
        doc.field("kind")
            .error(Code.BAD_VALUE, "a BackendTLSPolicy targets a Service, not " + kind);
      } else if (!group.equals(wanted)) {
        doc.field("group")
            .error(Code.BAD_VALUE, "kind " + kind + " is of group \"" + wanted + "\"");
      }
      String name = doc.field("name").required();
      targets.add(new Target(kind, name, doc.field("sectionName").text(""), doc));
    }
    if (targets.isEmpty()) {
      list.error(Code.MISSING_FIELD, "a BackendTLSPolicy has targetRefs");
    }
    return targets;
  }

  private static String hostname(Doc doc) {
    String hostname = doc.required();
    return checked(doc, hostname);
  }

  private static String checked(Doc doc, String hostname) {
    boolean good = Names.isSubdomain(hostname) && IpText.canonical(hostname) == null;
    if (!good && !hostname.isEmpty()) {
      doc.error(Code.BAD_VALUE, "\"" + hostname + "\" is not a host name");
    }
    return hostname;
  }

  private static void names(Doc list, List<String> dnsNames, List<String> uris) {
    for (Doc doc : list.list(MOST_NAMES)) {
      doc.only("type", "hostname", "uri");
      String type = doc.field("type").oneOf(List.of("Hostname", "URI"));
      boolean isUri = "URI".equals(type);
      if (type != null && doc.has(isUri ? "hostname" : "uri")) {
        doc.error(Code.CONTRADICTION, "a name of type " + type + " has no other");
      } else if (isUri) {
        uris.add(uri(doc.field("uri")));
      } else if (type != null) {
        dnsNames.add(checked(doc.field("hostname"), doc.field("hostname").required()));
      }
    }
  }

  private static String uri(Doc doc) {
    String text = doc.required();
    try {
      if (!text.isEmpty() && URI.create(text).getScheme() == null) {
        doc.error(Code.BAD_VALUE, "\"" + text + "\" has no scheme");
      }
    } catch (IllegalArgumentException _) {
      doc.error(Code.BAD_VALUE, "\"" + text + "\" is not a URI");
    }
    return text;
  }

  private static boolean isSystem(Doc validation) {
    boolean refs = !validation.field("caCertificateRefs").list().isEmpty();
    Doc wellKnown = validation.field("wellKnownCACertificates");
    String word = wellKnown.text("");
    if (refs != word.isEmpty()) {
      validation.error(
          refs ? Code.CONTRADICTION : Code.MISSING_FIELD,
          "write either caCertificateRefs or wellKnownCACertificates");
    }
    if (!word.isEmpty() && !word.equals("System")) {
      wellKnown.error(Code.BAD_VALUE, "wellKnownCACertificates is System or not there");
    }
    return word.equals("System");
  }

  /** Those that are there, as one text; a reference that leads nowhere is said. */
  private String authorities(Doc list) {
    var all = new StringBuilder();
    for (Doc doc : list.list(MOST_AUTHORITIES)) {
      doc.only("group", "kind", "name");
      String kind = doc.field("kind").required();
      String name = doc.field("name").required();
      if (!doc.field("group").text("").isEmpty() || !kind.equals("ConfigMap")) {
        reason = "InvalidKind";
        unresolved(doc, "a CA certificate comes from a ConfigMap, not from " + kind);
        continue;
      }
      maps.add(name);
      Manifest map = objects.find("ConfigMap", manifest.namespace(), name);
      String text = map == null ? null : map.doc().field("data").field(CA_KEY).text();
      String key = manifest.namespace() + "/" + name;
      if (map == null) {
        unresolved(doc, "ConfigMap " + key + " is not there, or we may not read it");
      } else if (text == null || !isCertificates(text)) {
        unresolved(doc, "ConfigMap " + key + " has no certificate in key " + CA_KEY);
      } else {
        all.append(text).append('\n');
      }
    }
    return all.toString();
  }

  private void unresolved(Doc doc, String why) {
    missing.add(doc.path() + ": " + why);
    doc.warning(Code.BACKEND_TLS_BROKEN, why);
  }

  private static boolean isCertificates(String text) {
    try {
      var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
      return !CertificateFactory.getInstance("X.509").generateCertificates(bytes).isEmpty();
    } catch (CertificateException _) {
      return false;
    }
  }
}
