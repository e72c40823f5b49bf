// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a waypoint: one line for each change of what it waits for. */
final class Waiting {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Terminal terminal;
  private final KubernetesClient client;

  Waiting(Terminal terminal, KubernetesClient client) {
    this.terminal = terminal;
    this.client = client;
  }

  int until(GatewayYaml gateway, Duration patience) {
    long began = System.nanoTime();
    String told = "";
    while (true) {
      GenericKubernetesResource now =
          Kinds.GATEWAY.get(client, gateway.namespace(), gateway.name());
      if (now == null) {
        throw new Outcome(
            ExitCode.UNAVAILABLE, "the Gateway was deleted meanwhile", "apply it again");
      }
      List<Map<String, Object>> conditions = Kinds.maps(now, "status", "conditions");
      Map<String, Object> accepted = current(now, conditions, "Accepted");
      Map<String, Object> programmed = current(now, conditions, "Programmed");
      if ("True".equals(programmed.get("status"))) {
        terminal.out().println(Kinds.text(programmed, "message"));
        return ExitCode.OK;
      }
      if ("False".equals(accepted.get("status"))) {
        throw new Outcome(
            ExitCode.PROBLEMS,
            "the Gateway is not accepted: " + Kinds.text(accepted, "message"),
            "kubectl describe gateway -n " + gateway.namespace() + " " + gateway.name());
      }
      String stage = stage(gateway, programmed);
      if (!stage.equals(told)) {
        terminal.err().println("waiting: " + stage);
        told = stage;
      }
      if (System.nanoTime() - began > patience.toNanos()) {
        throw new Outcome(
            ExitCode.UNAVAILABLE,
            "not programmed after " + patience.toSeconds() + " s: " + stage,
            "'waypoint check' looks for the cause, 'waypoint status -n %s %s' shows what there is"
                .formatted(gateway.namespace(), gateway.name()));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** A condition, unless it speaks of an earlier version of the Gateway. */
  private static Map<String, Object> current(
      GenericKubernetesResource gateway, List<Map<String, Object>> conditions, String type) {
    Map<String, Object> condition = Kinds.condition(conditions, type);
    Long generation = gateway.getMetadata().getGeneration();
    boolean old =
        condition.get("observedGeneration") instanceof Number seen
            && generation != null
            && seen.longValue() < generation;
    return old ? Map.of() : condition;
  }

  private String stage(GatewayYaml gateway, Map<String, Object> programmed) {
    String reason = Kinds.text(programmed, "reason");
    if (programmed.isEmpty() || reason.equals("Pending")) {
      return "no controller has seen the Gateway yet";
    }
    if (!reason.equals("AddressNotAssigned")) {
      return Kinds.text(programmed, "message");
    }
    List<Pod> pods = Bound.pods(client, gateway.namespace(), gateway.name());
    if (pods.isEmpty()) {
      return "no pod is there yet";
    }
    long ready = pods.stream().filter(Bound::isReady).count();
    return ready == 0
        ? "%s, none ready%s".formatted(Bound.count(pods), Bound.trouble(pods))
        : "%d of %d pods ready, the address is not published yet".formatted(ready, pods.size());
  }
}
