// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.Locality;
import io.waypoint.world.IpText;
import io.waypoint.world.OffLimits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads where something outside the cluster is: a WorkloadEntry, or as much in a ServiceEntry. */
final class PlaceReader {
  private static final int MOST = 4096;
  private static final String TUNNEL = "networking.istio.io/tunnel";

  private PlaceReader() {}

  /**
   * @param names whether a host's name will do for an address
   */
  static List<EntryHost.Place> read(Manifest entry, boolean names, Doc list) {
    List<EntryHost.Place> places = new ArrayList<>();
    for (Doc doc : list.list(MOST)) {
      String address = address(entry, names, doc);
      Map<String, Integer> ports = ports(doc);
      if (address != null) {
        places.add(
            new EntryHost.Place(
                address,
                ports,
                locality(doc),
                entry.namespace() + "/" + address,
                isTunnelled(doc.field("labels")) ? account(doc) : null,
                doc));
      }
    }
    return places;
  }

  /** A host that is its own place. */
  static EntryHost.Place named(Manifest entry, String host, Doc doc) {
    return new EntryHost.Place(
        host, Map.of(), Locality.UNKNOWN, entry.namespace() + "/" + host, null, doc);
  }

  /** Null when there is none that may be called, after saying so. */
  static @Nullable String address(Manifest entry, boolean names, Doc spec) {
    spec.only("address", "ports", "labels", "network", "locality", "weight", "serviceAccount");
    if (spec.has("weight")) {
      spec.field("weight").warning(Code.NOT_SUPPORTED, "endpoints have equal weights here");
    }
    if (spec.has("network")) {
      spec.field("network").warning(Code.NOT_SUPPORTED, "every address is dialled as it is");
    }
    Doc doc = spec.field("address");
    String text = doc.required();
    if (text.startsWith("unix:")) {
      doc.warning(Code.ENTRY_NOT_USED, "a waypoint is not on the machine that has " + text);
      return null;
    }
    String literal = IpText.canonical(text);
    if (literal != null) {
      String why = objection(entry, IpText.parse(literal));
      if (why != null) {
        doc.warning(Code.ENTRY_NOT_USED, literal + " is " + why + ": it is never called");
      }
      return why == null ? literal : null;
    }
    String name = text.toLowerCase(Locale.ROOT);
    if (!Names.isSubdomain(name)) {
      if (!text.isEmpty()) {
        doc.error(Code.BAD_VALUE, "\"" + text + "\" is neither an address nor a host name");
      }
      return null;
    }
    if (!names) {
      doc.error(
          Code.BAD_VALUE,
          "\"" + text + "\" is not an address",
          "with resolution: DNS the name of a host will do");
      return null;
    }
    return name;
  }

  /** Why an address is not called; null when it may be. A file's author owns this machine. */
  static @Nullable String objection(Manifest author, @Nullable InetAddress address) {
    return address == null
        ? null
        : author.doc().isOfFile() ? OffLimits.why(address) : OffLimits.whyInCluster(address);
  }

  static Map<String, Integer> ports(Doc spec) {
    Map<String, Integer> ports = new HashMap<>();
    for (Doc port : spec.field("ports").fields()) {
      int number = port.integer(1, 65_535, 0);
      if (number > 0) {
        ports.put(port.name(), number);
      }
    }
    return ports;
  }

  static Locality locality(Doc spec) {
    return Locality.parse(spec.field("locality").text(""), null);
  }

  static String account(Doc spec) {
    return spec.field("serviceAccount").text("default");
  }

  /** Whether a ztunnel is there, as its labels say. */
  static boolean isTunnelled(Doc labels) {
    return labels.field(TUNNEL).text("").contains("http");
  }
}
