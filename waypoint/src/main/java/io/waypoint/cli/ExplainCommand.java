// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.dev.ztunnel.CallerName;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.explain.Answer;
import io.waypoint.explain.AnswerJson;
import io.waypoint.explain.AnswerText;
import io.waypoint.explain.Explainer;
import io.waypoint.explain.Question;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.world.GatewayName;
import io.waypoint.world.World;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    sortOptions = false,
    description = "What would become of a request, and why; nothing is sent.",
    footer = {
      "",
      "Examples:",
      "  waypoint explain -f k8s/ --as productpage.default http://reviews:9080/v1/7",
      "  waypoint explain -f k8s/ --as spiffe://cluster.local/ns/shop/sa/web -X DELETE \\",
      "      -H 'end-user: jason' http://reviews/v1/7",
      "  waypoint explain -f k8s/ --as web.shop -o json http://reviews/ | jq .outcome",
      "",
      "A name without namespace is looked for in the caller's. Exit code 1 when the request would",
      "not reach a backend."
    })
final class ExplainCommand implements Callable<Integer> {
  /** How the answer is told. */
  enum Format {
    text,
    json
  }

  private final Terminal terminal;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      required = true,
      description = "YAML file or folder; may be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--as",
      paramLabel = "WHO",
      required = true,
      description = "The caller: serviceaccount.namespace, or its SPIFFE id.")
  private String caller = "";

  @Option(
      names = {"-X", "--request"},
      paramLabel = "METHOD",
      description = "Default: GET.")
  private String method = "GET";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "A header field; may be repeated.")
  private List<String> headers = List.of();

  @Option(names = "--from", paramLabel = "IP", description = "The caller's address.")
  private @Nullable String from;

  @Option(
      names = "--gateway",
      paramLabel = "NS/NAME",
      description = "Which waypoint is meant, when the files have more than one of our class.")
  private @Nullable String gateway;

  @Option(names = "--all", description = "Tell everything that was considered.")
  private boolean all;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text)")
  private Format format = Format.text;

  @Parameters(paramLabel = "URL", description = "http://service[.namespace][:port]/path")
  private String url = "";

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    World world = Loaded.world(terminal, files, gateway);
    Answer answer = Explainer.explain(world, question(world));
    switch (format) {
      case text -> AnswerText.of(answer, all, terminal::dim).forEach(terminal.out()::println);
      case json -> terminal.out().println(AnswerJson.of(answer));
    }
    return answer.outcome().isForwarded() ? ExitCode.OK : ExitCode.PROBLEMS;
  }

  private Question question(World world) {
    try {
      SpiffeId who =
          caller.startsWith("spiffe:")
              ? SpiffeId.parse(caller)
              : CallerName.parse(caller, world.mesh().trustDomain());
      List<Question.Field> fields = headers.stream().map(Question.Field::parse).toList();
      return Question.of(method, url, fields, who, from == null ? null : IpAddress.parse(from));
    } catch (IllegalArgumentException e) {
      throw new Outcome(
          ExitCode.USAGE,
          String.valueOf(e.getMessage()),
          "for example: waypoint explain -f k8s/ --as web.shop http://reviews:9080/v1/7");
    }
  }

  /** The world of files, or an end: what would not be loaded cannot be explained. */
  static final class Loaded {
    private Loaded() {}

    static World world(Terminal terminal, List<Path> files, @Nullable String gateway) {
      Home.requireReadable(files);
      GatewayName name = gateway == null ? null : GatewayName.parse(gateway);
      Validation validation = Validation.of(files, Scope.of(name));
      if (validation.isRefused()) {
        validation.problems().stream()
            .filter(Problem::isError)
            .forEach(problem -> terminal.err().println(ProblemText.of(problem)));
        throw new Outcome(
            ExitCode.CONFIG, "the configuration does not load", "waypoint validate tells more");
      }
      return validation.translation().world();
    }
  }
}
