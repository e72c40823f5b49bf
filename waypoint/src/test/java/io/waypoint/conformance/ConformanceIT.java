// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The cases of Gateway API's conformance suite that a Service can be the parent of, through real
 * tunnels, and the document that says how they went.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ConformanceIT {
  private static final Path DOCUMENT = Path.of("..", "docs", "conformance.md");

  private final Set<String> failed = new TreeSet<>();
  private Topology topology;

  @BeforeAll
  void open() throws Exception {
    topology = new Topology();
  }

  @AfterAll
  void close() {
    topology.close();
  }

  @TestFactory
  @Order(1)
  Stream<DynamicTest> cases() throws Exception {
    return Cases.all().stream().map(test -> DynamicTest.dynamicTest(test.test(), () -> run(test)));
  }

  private void run(Cases.Case test) throws Exception {
    failed.add(test.test());
    topology.mesh().apply(test.documents());
    for (Ask ask : test.asks()) {
      ask.check(topology);
    }
    failed.remove(test.test());
  }

  @Test
  @Order(2)
  void theDocumentSaysHowTheCasesWent() throws Exception {
    String text = new Report(Cases.all(), failed).text();
    Path generated = Path.of("target", "conformance.md");
    Files.createDirectories(generated.toAbsolutePath().getParent());
    Files.writeString(generated, text);
    assertThat(Files.readString(DOCUMENT))
        .as("docs/conformance.md is not what this run says; copy waypoint/target/conformance.md")
        .isEqualTo(text);
  }

  /** The document says that they pass: they run in the same build. */
  @Test
  @Order(4)
  void theTestsOfOurOwnAreThere() throws Exception {
    for (Map<String, Object> own : Cases.maps(Cases.load("our-own.yaml"))) {
      Class<?> tests = Class.forName("io.waypoint." + Cases.text(own, "tests"));
      for (String method : Cases.texts(own.get("methods"))) {
        assertThat(tests.getDeclaredMethods())
            .as("%s.%s", tests, method)
            .anyMatch(found -> found.getName().equals(method));
      }
    }
  }

  @Test
  @Order(3)
  void everyFeatureOfTheCasesStandsBesideWhatOthersPublish() throws Exception {
    Map<String, List<String>> evidence = new TreeMap<>();
    for (Cases.Case test : Cases.all()) {
      test.features()
          .forEach(f -> evidence.computeIfAbsent(f, _ -> new ArrayList<>()).add(test.test()));
    }
    Set<String> others = new TreeSet<>();
    Cases.maps(Cases.load("others.yaml"))
        .forEach(entry -> others.add(Cases.text(entry, "feature")));
    assertThat(others).isEqualTo(evidence.keySet());
  }
}
