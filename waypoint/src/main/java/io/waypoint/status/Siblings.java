// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.kube.KubeView;
import io.waypoint.world.GatewayName;
import java.util.HashSet;
import java.util.Set;

/**
 * The classes that name our controller, and the Gateways of those classes: each has a waypoint of
 * ours that speaks for it.
 */
record Siblings(Set<String> classes, Set<GatewayName> gateways) {
  static Siblings of(KubeView view) {
    Set<String> classes = new HashSet<>();
    for (KubeObject gatewayClass : view.now("GatewayClass")) {
      if (spec(gatewayClass).field("controllerName").text("").equals(KubeSettings.CONTROLLER)) {
        classes.add(gatewayClass.name());
      }
    }
    Set<GatewayName> gateways = new HashSet<>();
    for (KubeObject gateway : view.now("Gateway")) {
      if (classes.contains(spec(gateway).field("gatewayClassName").text(""))) {
        gateways.add(new GatewayName(gateway.namespace(), gateway.name()));
      }
    }
    return new Siblings(classes, gateways);
  }

  boolean isOurs(KubeObject gatewayClass) {
    return classes.contains(gatewayClass.name());
  }

  private static Doc spec(KubeObject object) {
    ReadObject document = object.document();
    Problems unread = new Problems();
    return (document == null ? ReadObject.EMPTY.doc(unread) : document.doc(unread)).field("spec");
  }
}
