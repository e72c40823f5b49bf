// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waypoint.load.micro.Micro;
import io.waypoint.load.rig.RigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** JMH, and what many of something cost against few of it. */
@Command(
    name = "jmh",
    description = {
      "What single decisions cost: an endpoint picked, a route matched, a policy checked, a change",
      "applied; among 10 and among 1,000; the head of a request scanned. A pick among 1,000 may"
          + " cost 1.5 times one among 10."
    })
final class BenchMicro implements Callable<Integer> {
  private static final double MOST = 1.5;
  private static final String FORKS = "2";
  private static final String ROUNDS = "5";

  /** Those whose cost must not grow with the number of endpoints. */
  private static final Set<String> JUDGED = Set.of("ROUND_ROBIN", "LEAST_REQUEST", "MAGLEV");

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      defaultValue = ".*",
      description = "Which benchmarks, for example PickBench; all by default.")
  private String pattern = ".*";

  @Option(names = "--quick", description = "One process and few rounds: indicative.")
  private boolean quick;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("waypoint-jmh");
    Path result = folder.resolve("result.json");
    List<String> arguments = new ArrayList<>(List.of(pattern, "-rf", "json", "-rff"));
    arguments.add(result.toString());
    arguments.addAll(List.of("-foe", "true", "-prof", "gc", "-w", "1", "-r", "1"));
    arguments.addAll(
        quick
            ? List.of("-f", "1", "-wi", "2", "-i", "3")
            : List.of("-f", FORKS, "-wi", ROUNDS, "-i", ROUNDS));
    if (Micro.run(arguments, folder) != 0) {
      throw new RigException("JMH has failed; see above");
    }
    return conclude(new ObjectMapper().readTree(result.toFile())) ? 0 : Bench.MISSED;
  }

  /** Tells each ratio of many to few; whether those that are judged hold. */
  static boolean conclude(JsonNode results) {
    Map<String, NavigableMap<Integer, JsonNode>> byName = new LinkedHashMap<>();
    for (JsonNode each : results) {
      String name = each.path("benchmark").asText().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1");
      int size = 0;
      for (JsonNode parameter : each.path("params")) {
        if (parameter.asText().matches("\\d+")) {
          size = parameter.asInt();
        } else {
          name += " " + parameter.asText();
        }
      }
      byName.computeIfAbsent(name, _ -> new TreeMap<>()).put(size, each);
    }
    boolean holds = true;
    for (Map.Entry<String, NavigableMap<Integer, JsonNode>> each : byName.entrySet()) {
      JsonNode few = each.getValue().firstEntry().getValue();
      JsonNode many = each.getValue().lastEntry().getValue();
      double ratio = score(many) / score(few);
      boolean judged = JUDGED.stream().anyMatch(word -> each.getKey().endsWith(" " + word));
      boolean missed = judged && ratio > MOST;
      holds &= !missed;
      System.out.printf(
          Locale.ROOT,
          "%-32s %10.1f -> %10.1f %s, ratio %.2f, %.1f B/op%s%n",
          each.getKey(),
          score(few),
          score(many),
          few.path("primaryMetric").path("scoreUnit").asText(),
          ratio,
          many.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score").asDouble(),
          missed ? "  MISSED (at most " + MOST + ")" : "");
    }
    return holds;
  }

  private static double score(JsonNode result) {
    return result.path("primaryMetric").path("score").asDouble();
  }
}
