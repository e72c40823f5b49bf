// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problems;
import io.waypoint.config.Severity;
import io.waypoint.config.Source;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.jwt.Authentication;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.KeySource;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.rbac.jwt.VerifiedTokens;
import io.waypoint.rbac.model.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioTest {
  private static Scenario read(Path file) throws IOException {
    Problems problems = new Problems();
    String name = file.getFileName().toString().replace(".yaml", "");
    Scenario scenario = Scenario.read(name, Source.file(name, Files.readString(file)), problems);
    assertThat(problems.sorted()).isEmpty();
    return Objects.requireNonNull(scenario);
  }

  private static List<Path> files() throws IOException {
    try (var files = Files.list(Path.of("../load-tests/scenarios"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void everyScenarioCanBeRead() throws IOException {
    assertThat(files()).hasSizeGreaterThan(7);
    for (Path file : files()) {
      assertThat(read(file).cells()).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void aTypingErrorIsToldWithItsPlace() {
    Problems problems = new Problems();

    Scenario scenario =
        Scenario.read(
            "x", Source.file("x.yaml", "question: q\ncells:\n- {name: a, tunels: 3}\n"), problems);

    assertThat(scenario).isNull();
    assertThat(problems.sorted().toString()).contains("x.yaml:3:13").contains("tunels");
  }

  /**
   * Cells of one scenario are compared with each other: the rate is one, unless a cell has its own.
   */
  @Test
  void aRateOfTheScenarioIsThatOfItsCells() {
    Scenario scenario =
        Scenario.read(
            "x",
            Source.file(
                "x.yaml",
                """
                question: q
                rate: 1500
                cells:
                - {name: a}
                - {name: b, rate: 200, share: 0.3}
                - {name: c, rate: 0}
                """),
            new Problems());

    assertThat(Objects.requireNonNull(scenario).cells())
        .extracting(entry -> entry.cell().offer())
        .containsExactly(
            new Cell.Offer(0.7, 1_500), new Cell.Offer(0.3, 200), new Cell.Offer(0.5, 0));
  }

  /** The rows of thresholds at full effort, the rest indicative. */
  @Test
  void theMatrixFitsInAnHour() throws IOException {
    int seconds = 0;
    for (Path file : files()) {
      for (Scenario.Entry entry : read(file).ofMatrix().cells()) {
        boolean quick = file.getFileName().toString().equals("quick.yaml");
        seconds += quick ? 0 : entry.effort().seconds(entry.cell());
      }
    }

    assertThat(seconds).isBetween(1_800, 3_600);
  }

  @Test
  void anExtraCellIsNoPartOfTheMatrix() {
    Scenario scenario =
        Scenario.read(
            "x",
            Source.file(
                "x.yaml",
                """
                question: q
                effort: full
                peerPairs: 2
                cells:
                - {name: a}
                - {name: b, extra: true, effort: quick, peerPairs: 5}
                """),
            new Problems());

    assertThat(Objects.requireNonNull(scenario).cells())
        .extracting(Scenario.Entry::effort)
        .containsExactly(new Effort(30, 3, 10, 2, 10), Effort.QUICK);
    assertThat(scenario.ofMatrix().cells())
        .extracting(entry -> entry.cell().name())
        .containsExactly("a");
  }

  /** CPU where processes are busy, latency where queues are short: issue and README say so. */
  @Test
  void smallGetsAreAskedAtTheRatesThatAreJudged() throws IOException {
    assertThat(read(Path.of("../load-tests/scenarios/small.yaml")).cells())
        .extracting(entry -> entry.cell().name() + ": " + entry.cell().offer().share())
        .containsExactly(
            "1 tunnel: 0.7",
            "32 tunnels: 0.7",
            "32 tunnels, half load: 0.5",
            "100 tunnels: 0.7",
            "512 tunnels: 0.7");
    assertThat(
            read(Path.of("../load-tests/scenarios/quick.yaml")).cells().getFirst().cell().offer())
        .isEqualTo(new Cell.Offer(0.7, 0));
  }

  /** Their ratio is judged, so they must be asked at one rate. */
  @Test
  void comparedCellsHaveOneRate() throws IOException {
    for (String name : List.of("routes", "policies")) {
      assertThat(read(Path.of("../load-tests/scenarios", name + ".yaml")).cells())
          .extracting(entry -> entry.cell().offer())
          .containsOnly(new Cell.Offer(0.7, 1_500));
    }
  }

  @Test
  void haproxyTakesPartOnlyWhereItCan() {
    for (String what :
        List.of("wire: grpc", "requestBytes: 10", "responseBytes: 65536", "idleTunnels: 3")) {
      Problems problems = new Problems();

      Scenario scenario =
          Scenario.read(
              "x",
              Source.file(
                  "x.yaml", "question: q\ncells:\n- {name: a, haproxy: true, " + what + "}\n"),
              problems);

      assertThat(scenario).as(what).isNull();
      assertThat(problems.sorted().toString()).contains("HAProxy takes part where small GETs");
    }
  }

  /** What we are told is valid, or a comparison would be one of error paths. */
  @Test
  void ourConfigurationOfEveryKindOfMeshIsWithoutProblems(@TempDir Path folder) throws IOException {
    for (boolean flipped : new boolean[] {false, true}) {
      Cell cell =
          new Cell(
              "c",
              new Cell.Load(Cell.Wire.HTTP1, 1, 1, 0, 0),
              new Cell.Mesh(40, 9, 3, true, Cell.Token.VERIFIED, 3),
              0.5);
      Path file = folder.resolve("mesh.yaml");
      Files.writeString(file, WaypointConfig.of(new Plan(cell, 120), flipped));

      assertThat(Validation.of(List.of(folder), Scope.ONLY_GATEWAY).problems())
          .filteredOn(problem -> problem.severity() != Severity.INFO)
          .isEmpty();
    }
  }

  /** The two cells of tokens differ in what we do with them, and in nothing else. */
  @Test
  void aTokenIsTheSameLengthWhetherWeVerifyItOrNot() {
    Plan carried = plan(Cell.Token.CARRIED);
    Plan verified = plan(Cell.Token.VERIFIED);

    assertThat(String.valueOf(carried.token())).hasSameSizeAs(String.valueOf(verified.token()));
    assertThat(String.valueOf(verified.token()).length()).isBetween(700, 900);
    assertThat(WaypointConfig.of(carried)).doesNotContain("RequestAuthentication");
    assertThat(WaypointConfig.of(verified))
        .contains("kind: RequestAuthentication", "requestPrincipals", "forwardOriginalToken: true");
  }

  /** Or every request of the cell would be refused. */
  @Test
  void theTokenIsGoodByTheKeysThatWeAreTold() {
    Plan plan = plan(Cell.Token.VERIFIED);
    var rule =
        new JwtRule(
            Tokens.ISSUER,
            List.of("https://echo.bench"),
            new KeyLocation.Inline(Keys.parse(String.valueOf(plan.keys()))),
            TokenPlaces.DEFAULT,
            TokenOutput.NONE,
            List.of());
    var rules =
        JwtRules.compile(
            List.of(
                new RequestAuthentication(
                    new Origin("RequestAuthentication", "bench", "tokens", ""),
                    List.of(),
                    List.of(rule))));
    var facts =
        new StatedFacts(
            true,
            null,
            null,
            null,
            null,
            80,
            null,
            "echo",
            "GET",
            "/r/00000",
            "/r/00000",
            Map.of("authorization", List.of("Bearer " + plan.token())),
            null);

    assertThat(rules.authenticate(facts, KeySource.NONE, new VerifiedTokens(), 1_800_000_000L))
        .isInstanceOf(Authentication.Authenticated.class);
  }

  private static Plan plan(Cell.Token token) {
    return new Plan(
        new Cell(
            "c",
            new Cell.Load(Cell.Wire.HTTP1, 1, 1, 0, 0),
            new Cell.Mesh(1, 1, 1, true, token, 0),
            0.5),
        120);
  }

  /** Both sides of the comparison say the same number of the same things. */
  @Test
  void envoyIsToldTheSame() {
    Cell cell =
        new Cell(
            "c",
            new Cell.Load(Cell.Wire.HTTP1, 1, 1, 0, 0),
            new Cell.Mesh(40, 9, 3, true, Cell.Token.NONE, 300),
            0.5);
    Plan plan = new Plan(cell, 120);
    String ours = WaypointConfig.of(plan);
    String theirs = EnvoyConfig.of(plan, new EnvoyConfig.Site(1, 2, Path.of("/c"), Path.of("/l")));

    for (String prefix : plan.prefixes()) {
      assertThat(ours).contains("value: " + prefix + "}");
      assertThat(theirs).contains("path_separated_prefix: \"" + prefix + "\"");
    }
    for (Plan.Version version : Plan.Version.values()) {
      for (String pod : plan.pods(version)) {
        assertThat(ours).contains("podIP: " + pod + ",");
        assertThat(theirs).contains("local: \"" + pod + ":8080\"");
      }
    }
    for (int i = 0; i < plan.services(); i++) {
      assertThat(ours).contains("clusterIP: " + Plan.serviceAddress(i) + "\n");
      assertThat(theirs).contains("\"" + Plan.serviceAddress(i) + "\":");
    }
    assertThat(count(ours, "parentRefs: [{kind: Service, group: \"\", name: shelf-"))
        .isEqualTo(300);
    assertThat(count(theirs, "stat_prefix: inbound_shelf-")).isEqualTo(300);
    assertThat(theirs).doesNotContain("{{");
    assertThat(count(ours, "kind: AuthorizationPolicy")).isEqualTo(9);
    assertThat(count(theirs, "ns[bench]-policy[")).isEqualTo(9);
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
