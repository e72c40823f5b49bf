// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    sortOptions = false,
    description = "Lists waypoints of our class.",
    footer = {
      "",
      "Examples:",
      "  waypoint list -A",
      "  waypoint list -n bookinfo -o json",
      "",
      "'istioctl waypoint list' shows those of Istio's class only."
    })
final class ListCommand implements Callable<Integer> {
  /** How they are listed. */
  enum Format {
    table,
    json
  }

  private static final int VERSION = 1;

  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Those of all namespaces.")
  private boolean everywhere;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  ListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private record Row(
      String namespace,
      String name,
      String traffic,
      String programmed,
      String address,
      long ready,
      int pods) {}

  @Override
  public Integer call() {
    return cluster.use(client -> {
      String here = everywhere ? null : namespace.of(client);
      List<Row> rows = new ArrayList<>();
      for (GenericKubernetesResource gateway : Kinds.GATEWAY.list(client, here)) {
        if (DeleteCommand.isOurs(gateway)) {
          rows.add(row(client, gateway));
        }
      }
      switch (format) {
        case table -> table(rows, here);
        case json -> terminal.out().println(json(rows));
      }
      return ExitCode.OK;
    });
  }

  private static Row row(KubernetesClient client, GenericKubernetesResource gateway) {
    String namespace = gateway.getMetadata().getNamespace();
    String name = gateway.getMetadata().getName();
    Map<String, Object> programmed =
        Kinds.condition(Kinds.maps(gateway, "status", "conditions"), "Programmed");
    String status = Kinds.text(programmed, "status");
    List<Map<String, Object>> addresses = Kinds.maps(gateway, "status", "addresses");
    List<Pod> pods = Bound.pods(client, namespace, name);
    return new Row(
        namespace,
        name,
        Bound.traffic(gateway),
        status.isEmpty() ? "Unknown" : status,
        addresses.isEmpty() ? "" : Kinds.text(addresses.getFirst(), "value"),
        pods.stream().filter(Bound::isReady).count(),
        pods.size());
  }

  private void table(List<Row> rows, @Nullable String here) {
    if (rows.isEmpty()) {
      terminal
          .err()
          .println(
              "no waypoint of class %s%s"
                  .formatted(GatewayYaml.CLASS, here == null ? "" : " in namespace " + here));
      return;
    }
    Table table = new Table("NAMESPACE", "NAME", "TRAFFIC TYPE", "PROGRAMMED", "PODS", "ADDRESS");
    for (Row row : rows) {
      table.row(
          row.namespace(),
          row.name(),
          row.traffic(),
          row.programmed(),
          row.ready() + "/" + row.pods(),
          row.address().isEmpty() ? "-" : row.address());
    }
    table.print(terminal.out(), "");
  }

  private static String json(List<Row> rows) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeArrayFieldStart("waypoints");
      for (Row row : rows) {
        json.writeStartObject();
        json.writeStringField("namespace", row.namespace());
        json.writeStringField("name", row.name());
        json.writeStringField("trafficType", row.traffic());
        json.writeStringField("programmed", row.programmed());
        json.writeStringField("address", row.address());
        json.writeNumberField("readyPods", row.ready());
        json.writeNumberField("pods", row.pods());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
