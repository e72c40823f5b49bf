// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    sortOptions = false,
    description = "Looks at everything a waypoint needs, and says what to do where it is missing.",
    footer = {
      "",
      "Examples:",
      "  waypoint check                    the cluster: API server, definitions, istiod, class",
      "  waypoint check -n bookinfo        also a namespace: labels, pods, tokens, rights",
      "  waypoint check -o json | jq '.findings[] | select(.verdict != \"good\")'",
      "",
      "Exit code 1 when something is wrong, 0 when there are at most doubts."
    })
final class CheckCommand implements Callable<Integer> {
  /** How findings are told. */
  enum Format {
    text,
    json
  }

  private static final int VERSION = 1;

  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NS",
      description = "Look at the waypoints of this namespace, too.")
  private @Nullable String namespace;

  @Mixin private RootNamespaceOption root = new RootNamespaceOption();

  @Option(
      names = "--controller-namespace",
      paramLabel = "NS",
      description = "Where our controller is (default: ${DEFAULT-VALUE}).")
  private String controllerNamespace = "waypoint-system";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text)")
  private Format format = Format.text;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return cluster.use(client -> {
      List<Finding> found =
          new ArrayList<>(new ClusterChecks(client, root.name(), controllerNamespace).look());
      boolean reached = !found.getFirst().isBad();
      if (namespace != null && reached) {
        found.addAll(new NamespaceChecks(client, namespace).look());
      }
      switch (format) {
        case text -> text(found);
        case json -> terminal.out().println(json(found));
      }
      return found.stream().anyMatch(Finding::isBad) ? ExitCode.PROBLEMS : ExitCode.OK;
    });
  }

  private void text(List<Finding> found) {
    String group = "";
    long bad = 0;
    long doubtful = 0;
    for (Finding finding : found) {
      if (!finding.group().equals(group)) {
        terminal.out().println((group.isEmpty() ? "" : "\n") + terminal.bold(finding.group()));
        group = finding.group();
      }
      switch (finding.verdict()) {
        case Finding.Verdict.Good good ->
            line("√", finding.what(), good.detail().isEmpty() ? "" : good.detail());
        case Finding.Verdict.Doubtful doubt -> {
          doubtful++;
          line("?", finding.what(), doubt.why());
          hint(doubt.hint());
        }
        case Finding.Verdict.Bad wrong -> {
          bad++;
          line("×", finding.what(), wrong.why());
          hint(wrong.hint());
        }
      }
    }
    terminal.out().println();
    terminal
        .out()
        .println(
            bad + doubtful == 0
                ? "all is well"
                : "%d wrong, %d doubtful, of %d".formatted(bad, doubtful, found.size()));
  }

  private void line(String sign, String what, String detail) {
    terminal
        .out()
        .println("  " + sign + " " + what + (detail.isEmpty() ? "" : ": " + terminal.dim(detail)));
  }

  private void hint(String hint) {
    terminal.out().println("      hint: " + hint);
  }

  private static String json(List<Finding> found) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeArrayFieldStart("findings");
      for (Finding finding : found) {
        write(json, finding);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Finding finding) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", finding.group());
    json.writeStringField("what", finding.what());
    switch (finding.verdict()) {
      case Finding.Verdict.Good good -> {
        json.writeStringField("verdict", "good");
        json.writeStringField("detail", good.detail());
      }
      case Finding.Verdict.Doubtful doubt -> {
        json.writeStringField("verdict", "doubtful");
        json.writeStringField("why", doubt.why());
        json.writeStringField("hint", doubt.hint());
      }
      case Finding.Verdict.Bad wrong -> {
        json.writeStringField("verdict", "bad");
        json.writeStringField("why", wrong.why());
        json.writeStringField("hint", wrong.hint());
      }
    }
    json.writeEndObject();
  }
}
