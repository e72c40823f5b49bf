// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

class AuthzCheckCommandTest {
  private static final String POLICIES =
      """
      - name: only-get
        policies:
        - apiVersion: security.istio.io/v1
          kind: AuthorizationPolicy
          metadata: {name: p, namespace: foo}
          spec:
            targetRefs: [{kind: Service, group: '', name: httpbin}]
            rules:
            - to: [{operation: {methods: [GET]}}]
        requests:
      """;

  private static final String GET =
      """
        - {name: gets, protocol: http, method: GET, path: /, host: httpbin, expect: allow}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int check(String yaml, String... options) throws IOException {
    Path file = folder.resolve("e.yaml");
    Files.writeString(file, yaml);
    String[] args = new String[options.length + 3];
    args[0] = "authz";
    args[1] = "check";
    System.arraycopy(options, 0, args, 2, options.length);
    args[args.length - 1] = file.toString();
    return run(args);
  }

  private int run(String... args) {
    return Main.run(
        new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), args);
  }

  private static String row(String method, String rest) {
    return "  - {name: row, protocol: http, method: %s, path: /, host: httpbin, %s}\n"
        .formatted(method, rest);
  }

  @Test
  void whatIsAsExpectedIsCounted() throws IOException {
    assertThat(check(POLICIES + GET)).isZero();
    assertThat(out.toString()).isEqualTo("1 of 1 requests in 1 sets as expected\n");
  }

  @Test
  void aMismatchHasItsPlaceThePolicysPlaceAndTheReason() throws IOException {
    assertThat(check(POLICIES + row("DELETE", "expect: allow"))).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString())
        .contains(
            "e.yaml:11:5 mismatch only-get / row: outcome deny, expected allow",
            "DELETE / of httpbin, by a caller without identity",
            "deny, decided by none: ALLOW policies are attached and none matches",
            "ALLOW ns[foo]-policy[p]-rule[0] (",
            "e.yaml:3:5): to[0].operation.methods [GET] has not \"DELETE\"",
            "closest: ns[foo]-policy[p]-rule[0], which lacks",
            "0 of 1 requests");
  }

  @Test
  void theDecidingPolicyIsNamedWithItsPlace() throws IOException {
    assertThat(check(POLICIES + row("GET", "expect: deny"))).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString())
        .containsPattern(
            "allow, decided by ns\\[foo]-policy\\[p]-rule\\[0] \\(.*e\\.yaml:3:5\\): an ALLOW"
                + " rule");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | expect: deny                             | outcome allow, expected deny",
        "DELETE | 'expect: deny, expectStatus: 401'        | status 403, expected 401",
        "get    | 'expect: deny, expectStatus: 403'        | status 400, expected 403",
        "DELETE | 'expect: deny, expectPolicy: x'          | policy none, expected x",
        "GET    | 'expect: allow, expectForwardedPath: /x' | forwarded path /, expected /x",
        "GET    | 'expect: allow, expectShadow: {deny: allowed}' | dry run of deny nothing"
      })
  void everyExpectationIsCompared(String method, String rest, String difference)
      throws IOException {
    assertThat(check(POLICIES + row(method, rest))).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString()).contains(difference);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'expect: deny, expcetStatus: 403' | unknown field \"expcetStatus\"",
        "'expectStatus: 403'               | expect is required",
        "'expect: maybe'                   | expect is \"maybe\"",
        "'expect: deny, sourceIp: here'    | sourceIp",
        "'expect: deny, destPort: 70000'   | destPort",
        "'expect: deny, extAuthz: {x: no}' | extAuthz.x is \"no\"",
        "'expect: deny, headers: {x: {}}'  | is not a header's value"
      })
  void whatIsWrittenWronglyIsRefusedWithItsPlace(String rest, String message) throws IOException {
    assertThat(check(POLICIES + row("GET", rest))).isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("e.yaml:11:", message, "nothing was checked");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contxt: {}                             | unknown field \"contxt\"",
        "context: {trustDomian: x}              | unknown field \"trustDomian\"",
        "context: {providers: {a: {type: ftp}}} | type is \"ftp\"",
        "context: {providers: {a: {}}}          | type is required",
        "context: {pathNormalization: base}     | pathNormalization is \"base\"",
        "context: {waypoint: {nam: x}}          | unknown field \"nam\""
      })
  void unknownSurroundingsAreRefused(String line, String message) throws IOException {
    String set = POLICIES.replace("  policies:\n", "  " + line + "\n  policies:\n");

    assertThat(check(set + GET)).isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("e.yaml:2:", message);
  }

  @Test
  void anUnknownFieldOfAPolicyIsRefused() throws IOException {
    assertThat(check(POLICIES.replace("methods:", "methdos:") + GET)).isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("e.yaml:9:", "methdos", "did you mean \"methods\"?");
  }

  @Test
  void aPolicyThatIstioRefusesIsAWarningUnlessTheSetMeansIt() throws IOException {
    String twice = POLICIES.replace("methods: [GET]", "methods: [GET, '']");

    assertThat(check(twice + row("GET", "expect: allow"))).isZero();
    assertThat(err.toString()).contains("warning", "is empty", "rejected-by-admission");

    err.getBuffer().setLength(0);
    String tagged =
        twice.replace("  policies:\n", "  tags: [rejected-by-admission]\n  policies:\n");
    assertThat(check(tagged + row("GET", "expect: allow"))).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void programsGetTheSame() throws IOException {
    assertThat(check(POLICIES + GET + row("DELETE", "expect: allow"), "-o", "json"))
        .isEqualTo(ExitCode.PROBLEMS);
    JsonNode json = new ObjectMapper().readTree(out.toString());

    assertThat(json.path("version").asInt()).isEqualTo(1);
    assertThat(json.path("requests").asInt()).isEqualTo(2);
    assertThat(json.path("asExpected").asInt()).isEqualTo(1);
    JsonNode mismatch = json.path("mismatches").path(0);
    assertThat(mismatch.path("line").asInt()).isEqualTo(12);
    assertThat(mismatch.path("outcome").asText()).isEqualTo("deny");
    assertThat(mismatch.path("status").asInt()).isEqualTo(403);
    assertThat(mismatch.path("considered").path(0).path("failure").asText())
        .isEqualTo("to[0].operation.methods [GET] has not \"DELETE\"");
  }

  @Test
  void buildServersGetAReport() throws Exception {
    Path report = folder.resolve("reports/authz.xml");

    assertThat(check(POLICIES + GET + row("DELETE", "expect: allow"), "--junit", report.toString()))
        .isEqualTo(ExitCode.PROBLEMS);
    Document xml =
        DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile());
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(xml.getElementsByTagName("failure").getLength()).isEqualTo(1);
    assertThat(xml.getElementsByTagName("failure").item(0).getTextContent())
        .contains("to[0].operation.methods [GET] has not \"DELETE\"");
  }

  @Test
  void aReportThatCannotBeWrittenSaysSo() throws IOException {
    Path blocked = Files.createFile(folder.resolve("file"));

    assertThat(check(POLICIES + GET, "--junit", blocked.resolve("x.xml").toString()))
        .isEqualTo(ExitCode.IO_ERROR);
  }

  @Test
  void misuseIsTold() throws IOException {
    assertThat(run("authz")).isEqualTo(ExitCode.USAGE);
    assertThat(run("authz", "check")).isEqualTo(ExitCode.USAGE);
    assertThat(run("authz", "check", folder.resolve("none.yaml").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    assertThat(check("kind: Service\n")).isEqualTo(ExitCode.CONFIG);
    assertThat(check("")).isEqualTo(ExitCode.CONFIG);
    assertThat(check("- {name: [\n")).isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("a list of sets", "nothing is expected", "WP1001");
  }
}
