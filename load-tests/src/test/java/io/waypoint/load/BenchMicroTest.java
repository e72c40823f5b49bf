// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waypoint.load.micro.ApplyBench;
import io.waypoint.load.micro.Micro;
import io.waypoint.load.micro.PickBench;
import io.waypoint.load.micro.PolicyBench;
import io.waypoint.load.micro.RouteBench;
import io.waypoint.load.micro.ScanBench;
import io.waypoint.routing.RouteDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchMicroTest {
  @TempDir Path folder;

  private static JsonNode result(String algorithm, double few, double many) throws IOException {
    String each =
        """
        {"benchmark": "io.waypoint.load.micro.PickBench.pick",
         "params": {"algorithm": "%s", "endpoints": "%d"},
         "primaryMetric": {"score": %s, "scoreUnit": "ns/op"}}
        """;
    return new ObjectMapper()
        .readTree(
            "["
                + each.formatted(algorithm, 10, few)
                + ","
                + each.formatted(algorithm, 1_000, many)
                + "]");
  }

  @Test
  void whatGrowsWithTheNumberOfEndpointsIsAMiss() throws IOException {
    assertThat(BenchMicro.conclude(result("MAGLEV", 10, 14.9))).isTrue();
    assertThat(BenchMicro.conclude(result("MAGLEV", 10, 15.1))).isFalse();
    assertThat(BenchMicro.conclude(result("RING_HASH", 10, 15.1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000})
  void everyBenchmarkDoesWhatItMeasures(int size) {
    for (String algorithm :
        List.of("ROUND_ROBIN", "LEAST_REQUEST", "RANDOM", "RING_HASH", "MAGLEV")) {
      var pick = new PickBench();
      pick.algorithm = algorithm;
      pick.endpoints = size;
      pick.prepare();
      assertThat(pick.pick()).as(algorithm).isNotNull();
    }
    var route = new RouteBench();
    route.rules = size;
    route.prepare();
    assertThat(route.match()).isInstanceOf(RouteDecision.Matched.class);
    var policy = new PolicyBench();
    policy.policies = size;
    policy.prepare();
    assertThat(policy.check().allowed()).isTrue();
    var apply = new ApplyBench();
    apply.routes = size;
    apply.prepare();
    assertThat(apply.edit().routes()).hasSize(size);
    assertThat(apply.edit().isRefused()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100})
  void everyHeadIsScannedWholeAgainAndAgain(int fields) {
    var scan = new ScanBench();
    scan.fields = fields;
    scan.prepare();
    assertThat(scan.length()).isGreaterThan(fields * 20);
    for (int round = 0; round < 3; round++) {
      assertThat(scan.scan()).isEqualTo(scan.length());
    }
    scan.release();
  }

  /** JMH lists what it was given, so that generating and compiling work. */
  @Test
  void everyBenchmarkIsGenerated() throws Exception {
    assertThat(Micro.run(List.of("-l"), folder)).isZero();
    assertThat(Files.readAllLines(folder.resolve("classes/META-INF/BenchmarkList")))
        .anyMatch(line -> line.contains("PickBench"))
        .anyMatch(line -> line.contains("RouteBench"))
        .anyMatch(line -> line.contains("PolicyBench"))
        .anyMatch(line -> line.contains("ApplyBench"))
        .anyMatch(line -> line.contains("ScanBench"));
  }
}
