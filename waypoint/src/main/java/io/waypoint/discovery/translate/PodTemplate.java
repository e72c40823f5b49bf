// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Pod and the template of a Deployment have in common.
 *
 * @param account the service account's name
 */
record PodTemplate(Map<String, String> labels, String account, Map<String, Integer> ports) {
  /**
   * @param doc a Pod, or a Deployment's {@code spec.template}
   */
  static PodTemplate read(Doc doc) {
    Doc spec = doc.field("spec");
    String legacy = spec.field("serviceAccount").text("default");
    String account = spec.field("serviceAccountName").text(legacy);
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (Doc container : spec.field("containers").list()) {
      for (Doc port : container.field("ports").list()) {
        int number = ServiceReader.port(port.field("containerPort"));
        if (number > 0 && port.field("protocol").text("TCP").equals("TCP")) {
          ports.putIfAbsent(port.field("name").text(String.valueOf(number)), number);
        }
      }
    }
    return new PodTemplate(doc.field("metadata").field("labels").textMap(), account, ports);
  }
}
