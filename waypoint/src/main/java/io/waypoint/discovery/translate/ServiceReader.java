// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.IpText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Services. */
final class ServiceReader {
  private ServiceReader() {}

  /** Null for a service that no proxy can stand in front of. */
  static @Nullable ServiceSpec read(Manifest manifest) {
    if (!Names.isLabel(manifest.name())) {
      Doc name = manifest.metadata().field("name");
      name.error(Code.BAD_VALUE, "a Service's name is at most 63 characters without dots");
      return null;
    }
    Doc spec = manifest.spec();
    if (spec.field("type").text("ClusterIP").equals("ExternalName")) {
      spec.field("type").warning(Code.KIND_NOT_USED, "ExternalName services are not proxied");
      return null;
    }
    return new ServiceSpec(
        manifest,
        addresses(spec),
        spec.field("selector").textMap(),
        ports(spec.field("ports")),
        null,
        null);
  }

  private static List<String> addresses(Doc spec) {
    List<Doc> written = new ArrayList<>(spec.field("clusterIPs").list());
    if (written.isEmpty() && spec.has("clusterIP")) {
      written.add(spec.field("clusterIP"));
    }
    List<String> addresses = new ArrayList<>();
    for (Doc doc : written) {
      String text = doc.text("");
      String address = IpText.canonical(text);
      if (address != null) {
        addresses.add(address);
      } else if (!text.isEmpty() && !text.equals("None")) {
        doc.error(Code.BAD_VALUE, doc.path() + " is \"" + text + "\", not an address");
      }
    }
    return addresses;
  }

  private static List<ServiceSpec.Port> ports(Doc list) {
    List<ServiceSpec.Port> ports = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<Doc> docs = list.list();
    for (Doc doc : docs) {
      String transport = doc.field("protocol").text("TCP");
      String name = docs.size() > 1 ? doc.field("name").required() : doc.field("name").text("");
      int number = port(doc.field("port"));
      if (number == 0) {
        continue;
      }
      boolean numberTaken = !seen.add(transport + number);
      boolean nameTaken = !name.isEmpty() && !seen.add("name " + name);
      if (numberTaken || nameTaken) {
        doc.error(Code.BAD_VALUE, "port " + number + " \"" + name + "\" is there twice");
      } else if (transport.equals("TCP")) {
        ports.add(port(doc, name, number));
      }
    }
    return ports;
  }

  private static ServiceSpec.Port port(Doc doc, String name, int number) {
    Doc target = doc.field("targetPort");
    boolean named = target.present() && !target.isNumber();
    String appProtocol = doc.field("appProtocol").text();
    return new ServiceSpec.Port(
        name,
        number,
        named ? 0 : target.integer(1, 65535, number),
        named ? target.text("") : "",
        AppProtocol.select(appProtocol, name.isEmpty() ? null : name, number),
        appProtocol);
  }

  /** A required port number; 0 when it is not there or wrong. */
  static int port(Doc doc) {
    if (!doc.present()) {
      doc.error(Code.MISSING_FIELD, doc.path() + " is required");
    }
    return doc.integer(1, 65535, 0);
  }
}
