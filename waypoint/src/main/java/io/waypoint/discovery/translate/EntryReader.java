// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.translate.EntryHost.Resolution;
import io.waypoint.rbac.Cidr;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.IpText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads ServiceEntries. Each host becomes a service; one that would take the place of somebody
 * else's does not.
 */
final class EntryReader {
  private static final int MOST = 256;
  private static final List<String> PROTOCOLS =
      List.of(
          "HTTP", "HTTPS", "GRPC", "GRPC-WEB", "HTTP2", "MONGO", "TCP", "TLS", "MYSQL", "REDIS");

  private final Objects objects;
  private final Manifest manifest;
  private final String clusterDomain;
  private final Doc spec;

  private EntryReader(Objects objects, Manifest manifest, String clusterDomain) {
    this.objects = objects;
    this.manifest = manifest;
    this.clusterDomain = clusterDomain;
    this.spec = manifest.spec();
  }

  static List<ServiceSpec> read(Objects objects, String clusterDomain) {
    List<ServiceSpec> all = new ArrayList<>();
    for (Manifest manifest : objects.of("ServiceEntry")) {
      all.addAll(new EntryReader(objects, manifest, clusterDomain).read());
    }
    return all;
  }

  private List<ServiceSpec> read() {
    spec.only(
        "hosts",
        "addresses",
        "ports",
        "location",
        "resolution",
        "endpoints",
        "workloadSelector",
        "exportTo",
        "subjectAltNames");
    spec.field("location").oneOf(List.of("MESH_EXTERNAL", "MESH_INTERNAL"));
    List<ServiceSpec.Port> ports = ports(spec.field("ports"));
    Resolution resolution = resolution();
    List<String> addresses = new ArrayList<>();
    List<Cidr> ranges = new ArrayList<>();
    addresses(resolution, addresses, ranges);
    Map<String, String> selector = selector();
    List<EntryHost.Place> places =
        PlaceReader.read(manifest, resolution == Resolution.DNS, spec.field("endpoints"));
    checkPlaces(resolution, places, !selector.isEmpty());
    List<String> certified = spec.field("subjectAltNames").texts();
    List<ServiceSpec> hosts = new ArrayList<>();
    if (resolution == null) {
      return hosts;
    }
    for (Doc doc : hostDocs()) {
      String host = host(doc, resolution);
      if (host != null) {
        boolean itself = resolution == Resolution.DNS && places.isEmpty() && selector.isEmpty();
        var entry =
            new EntryHost(
                host,
                resolution,
                ranges,
                itself ? List.of(PlaceReader.named(manifest, host, doc)) : places,
                spec.field("exportTo").texts(),
                certified);
        hosts.add(new ServiceSpec(manifest, addresses, selector, ports, entry, null));
      }
    }
    return hosts;
  }

  private List<Doc> hostDocs() {
    List<Doc> docs = spec.field("hosts").list(MOST);
    if (docs.isEmpty()) {
      spec.field("hosts").error(Code.MISSING_FIELD, "a ServiceEntry has hosts");
    }
    return docs;
  }

  /** Null for one that is not used, after saying why. */
  private @Nullable String host(Doc doc, Resolution resolution) {
    String host = doc.text("").toLowerCase(Locale.ROOT);
    boolean wild = host.startsWith("*.");
    if (!Names.isSubdomain(wild ? host.substring(2) : host) || IpText.canonical(host) != null) {
      doc.error(
          Code.BAD_VALUE,
          "\"" + doc.raw() + "\" is not a host name",
          "a whole name, or *. and the end of one");
      return null;
    }
    if (wild && resolution != Resolution.NONE) {
      doc.warning(
          Code.ENTRY_NOT_USED,
          host + " stands for many hosts, and only resolution NONE needs no address of one",
          "name each host, or write resolution: NONE and addresses");
      return null;
    }
    String inCluster = ".svc." + clusterDomain;
    if (host.endsWith(inCluster)) {
      String[] parts = host.substring(0, host.length() - inCluster.length()).split("\\.", -1);
      if (parts.length != 2) {
        // Longer ones could begin with the names by which callers know a Service for short.
        doc.warning(
            Code.ENTRY_NOT_USED, host + " is in the cluster's domain, and no Service's name");
        return null;
      }
      if (objects.service(parts[1], parts[0]) != null) {
        doc.warning(Code.ENTRY_NOT_USED, host + " is the name of a Service");
        return null;
      }
    }
    // Nor may it begin with the names by which callers know a Service for short.
    String shortName = manifest.name() + "." + manifest.namespace() + ".svc";
    boolean taken = objects.service(manifest.namespace(), host) != null;
    if (taken || host.startsWith(shortName) && !host.endsWith(inCluster)) {
      doc.warning(Code.ENTRY_NOT_USED, host + " could be taken for a Service's short name");
      return null;
    }
    return host;
  }

  private @Nullable Resolution resolution() {
    Doc doc = spec.field("resolution");
    String word = doc.oneOf(List.of("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"));
    return switch (word == null ? "NONE" : word) {
      case "STATIC" -> Resolution.STATIC;
      case "DNS", "DNS_ROUND_ROBIN" -> Resolution.DNS;
      case "DYNAMIC_DNS" -> {
        doc.warning(
            Code.ENTRY_NOT_USED,
            "resolution DYNAMIC_DNS would let each request choose whom we look up: it is not done",
            "name the hosts and write resolution: DNS");
        yield null;
      }
      default -> Resolution.NONE;
    };
  }

  private Map<String, String> selector() {
    Doc doc = spec.field("workloadSelector");
    if (!doc.present()) {
      return Map.of();
    }
    doc.only("labels");
    Map<String, String> labels = doc.field("labels").textMap();
    if (labels.isEmpty()) {
      doc.error(Code.MISSING_FIELD, "a workloadSelector has labels");
    }
    if (spec.has("endpoints")) {
      doc.error(Code.CONTRADICTION, "only one of workloadSelector and endpoints may be there");
    }
    return labels;
  }

  private void checkPlaces(
      @Nullable Resolution resolution, List<EntryHost.Place> places, boolean selects) {
    Doc doc = spec.field("endpoints");
    if (resolution == Resolution.NONE && (doc.present() || selects)) {
      (doc.present() ? doc : spec.field("workloadSelector"))
          .error(
              Code.CONTRADICTION,
              "with resolution NONE the caller knows the address: there are no endpoints",
              "write resolution: STATIC or DNS");
    }
    if (resolution == Resolution.STATIC && places.isEmpty() && !selects && !doc.present()) {
      spec.error(
          Code.MISSING_FIELD, "with resolution STATIC there are endpoints or a workloadSelector");
    }
    boolean robin = spec.field("resolution").text("").equals("DNS_ROUND_ROBIN");
    if (robin && doc.list().size() > 1) {
      doc.error(Code.CONTRADICTION, "with resolution DNS_ROUND_ROBIN there is one endpoint");
    }
  }

  /** The addresses by which callers reach the hosts. Those of a Service stay the Service's. */
  private void addresses(
      @Nullable Resolution resolution, List<String> addresses, List<Cidr> ranges) {
    for (Doc doc : spec.field("addresses").list(MOST)) {
      String text = doc.text("");
      if (text.indexOf('/') >= 0) {
        range(doc, resolution, ranges);
        continue;
      }
      String address = IpText.canonical(text);
      if (address == null) {
        doc.error(Code.BAD_VALUE, "\"" + text + "\" is not an address");
      } else if (isFree(doc, address, resolution) && !addresses.contains(address)) {
        addresses.add(address);
      }
    }
  }

  private static void range(Doc doc, @Nullable Resolution resolution, List<Cidr> ranges) {
    if (resolution == Resolution.DNS) {
      doc.error(
          Code.CONTRADICTION, "a range of addresses goes with resolution NONE or STATIC only");
      return;
    }
    try {
      ranges.add(Cidr.parse(doc.text("")));
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, String.valueOf(e.getMessage()));
    }
  }

  private boolean isFree(Doc doc, String address, @Nullable Resolution resolution) {
    ServiceSpec owner = objects.serviceAt(address);
    if (owner != null) {
      doc.warning(Code.ENTRY_NOT_USED, address + " is Service " + owner.key() + "'s");
      return false;
    }
    boolean dialled = resolution == Resolution.NONE;
    String why = dialled ? PlaceReader.objection(manifest, IpText.parse(address)) : null;
    if (why != null) {
      doc.warning(Code.ENTRY_NOT_USED, address + " is " + why + ": it is never called");
    }
    return why == null;
  }

  private static List<ServiceSpec.Port> ports(Doc list) {
    List<ServiceSpec.Port> ports = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Doc doc : list.list(MOST)) {
      doc.only("number", "protocol", "name", "targetPort");
      int number = ServiceReader.port(doc.field("number"));
      String name = doc.field("name").required();
      if (number == 0) {
        continue;
      }
      boolean numberTaken = !seen.add("port " + number);
      if (!seen.add("name " + name) || numberTaken) {
        doc.error(Code.BAD_VALUE, "port " + number + " \"" + name + "\" is there twice");
      } else {
        ports.add(port(doc, name, number));
      }
    }
    return ports;
  }

  private static ServiceSpec.Port port(Doc doc, String name, int number) {
    Doc protocol = doc.field("protocol");
    String word = protocol.text("").toUpperCase(Locale.ROOT);
    if (!word.isEmpty() && !PROTOCOLS.contains(word)) {
      protocol.error(
          Code.BAD_VALUE,
          "\"" + protocol.raw() + "\" is not a protocol",
          "one of " + String.join(", ", PROTOCOLS));
    }
    String declared = word.isEmpty() ? null : word.toLowerCase(Locale.ROOT);
    return new ServiceSpec.Port(
        name,
        number,
        doc.field("targetPort").integer(1, 65_535, number),
        "",
        AppProtocol.select(declared, name, number),
        declared);
  }
}
