// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetSocket;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.StatedPolicy;
import io.waypoint.proxy.RandomHeads;
import io.waypoint.proxy.StatedHead;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.StatedFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests as nobody should write them through real tunnels, to an application that answers with
 * the head it received, byte for byte: what it receives is what the path normaliser says and what
 * the policy lets through; whatever the policy denies never gets there.
 */
@Timeout(300)
class JudgedIsForwardedIT {
  private static final String H2C = "h2c";
  private static final int REQUESTS = 500;

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: judged, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: judged}, {group: "", kind: Service, name: judged2}]
        action: DENY
        rules:
        - to: [{operation: {paths: [/admin*, "*/secret", "/t/{*}/x", "/deep/{**}/end"]}}]
        - to: [{operation: {hosts: [evil.example, "*.evil.example:*"]}}]
        - to: [{operation: {methods: [DELETE], notPaths: [/t*]}}]
      """;
  private static final String MESH =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          pathNormalization: {normalization: MODE}
      """;

  @TempDir private Path folder;
  private final Map<String, Integer> counts = new TreeMap<>();

  /** An answer, and the head that the application had received; empty when it received none. */
  private record Answer(int status, String received) {}

  private interface Caller {
    Answer ask(RandomHeads.Head head) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(
      value = PathNormalization.class,
      names = {"BASE", "DECODE_AND_MERGE_SLASHES"})
  void whatArrivesIsWhatWasJudged(PathNormalization mode) throws Exception {
    PolicySet policies = policies();
    try (var stage = new Stage(folder)) {
      int port =
          stage
              .vertx()
              .createNetServer()
              .connectHandler(JudgedIsForwardedIT::echo)
              .listen(0, "127.0.0.1")
              .await()
              .actualPort();
      stage.serve("judged", "http", port).serve("judged2", "http", JudgedIsForwardedIT::echo);
      stage.with("istio", MESH.replace("MODE", mode.name())).with("policy", POLICY).open();
      try (var http1 = new Http1(stage)) {
        play("HTTP/1.1", http1::ask, policies, mode);
      }
      HttpClient http2 = stage.http2();
      play(H2C, head -> ask(http2, head), policies, mode);
    }
    System.out.printf("through tunnels, %s: %s%n", mode, counts);
  }

  private static PolicySet policies() {
    var problems = new Problems();
    Doc doc = Doc.read(Source.file("policy.yaml", POLICY), problems).getFirst();
    var policy = Objects.requireNonNull(StatedPolicy.read(doc));
    assertThat(problems.hasErrors()).isFalse();
    return PolicySet.compile(List.of(policy), MeshTrust.DEFAULT);
  }

  private void play(String version, Caller caller, PolicySet policies, PathNormalization mode)
      throws IOException {
    var random = new RandomHeads(mode.ordinal() + 1);
    int served = 0;
    int denied = 0;
    for (int i = 0; i < REQUESTS; i++) {
      RandomHeads.Head raw = random.head();
      if (raw.target().isEmpty() && version.equals(H2C)) {
        continue; // The client would write another one.
      }
      StatedHead head = StatedHead.read(raw.method(), raw.host(), raw.target(), mode);
      Answer answer = caller.ask(raw);
      String what = version + ", " + mode + ", " + raw + ": " + answer.status();
      boolean allowed =
          head.refusal() == null && policies.check(RandomHeads.facts(raw.method(), head)).allowed();
      switch (answer.status()) {
        case 200 -> {
          served++;
          assertThat(allowed).as(what).isTrue();
          assertReceived(answer.received(), raw.method(), head, what);
          assertThat(policies.check(received(answer.received())).allowed()).as(what).isTrue();
        }
        case 403 -> {
          denied++;
          assertThat(head.refusal()).as(what).isNull();
          assertThat(allowed).as(what).isFalse();
        }
        default -> {
          boolean noPath = version.equals(H2C) && !raw.target().startsWith("/");
          assertThat(head.refusal() != null || !raw.isPlain() || noPath).as(what).isTrue();
        }
      }
      counts.merge(version + " " + answer.status(), 1, Integer::sum);
    }
    assertThat(served).isGreaterThan(REQUESTS / 10);
    assertThat(denied).isGreaterThan(REQUESTS / 10);
  }

  private static void assertReceived(String received, String method, StatedHead head, String what) {
    assertThat(received.lines().findFirst())
        .as(what)
        .hasValue(method + " " + head.target() + " HTTP/1.1");
    assertThat(received.lines().filter(line -> line.startsWith("host:")))
        .as(what)
        .containsExactly("host: " + head.authority());
  }

  /** The facts as whoever reads the bytes that arrived would see them. */
  private static StatedFacts received(String head) {
    String[] line = head.lines().findFirst().orElseThrow().split(" ", -1);
    String host = head.lines().filter(field -> field.startsWith("host:")).findFirst().orElseThrow();
    StatedHead read = StatedHead.read(line[0], host.substring(6), line[1], PathNormalization.NONE);
    return RandomHeads.facts(line[0], read);
  }

  /** Answers each head with itself. */
  private static void echo(NetSocket socket) {
    var pending = new StringBuilder();
    socket.handler(data -> {
      pending.append(data.toString("ISO-8859-1"));
      for (int end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
        String head = pending.substring(0, end + 4);
        pending.delete(0, end + 4);
        socket.write(
            Buffer.buffer(
                "HTTP/1.1 200 OK\r\ncontent-length: " + head.length() + "\r\n\r\n" + head,
                "ISO-8859-1"));
      }
    });
  }

  /** The same for HTTP/2, whose head is written as HTTP/1 would write it. */
  private static void echo(HttpServerRequest request) {
    HostAndPort authority = Objects.requireNonNull(request.authority());
    String host =
        authority.port() < 0 ? authority.host() : authority.host() + ":" + authority.port();
    request
        .response()
        .end(
            Buffer.buffer(
                request.method() + " " + request.uri() + " HTTP/1.1\r\nhost: " + host + "\r\n",
                "ISO-8859-1"));
  }

  private static Answer ask(HttpClient client, RandomHeads.Head head) {
    var options =
        new RequestOptions()
            .setHost("judged2")
            .setPort(80)
            .setMethod(HttpMethod.valueOf(head.method()))
            .setURI(head.target());
    return client
        .request(options)
        .compose(request -> {
          request.authority(HostAndPort.create(head.host(), -1));
          // Here, on the request's own thread: whoever asks for the body from another one may be
          // too late for it.
          return request.send().compose(JudgedIsForwardedIT::read);
        })
        .otherwise(reset -> new Answer(0, ""))
        .await();
  }

  private static Future<Answer> read(HttpClientResponse response) {
    int status = response.statusCode();
    return response
        .body()
        .map(body -> new Answer(status, status == 200 ? body.toString("ISO-8859-1") : ""));
  }

  /** Writes exactly the bytes of a head; a refusal ends its connection. */
  private static final class Http1 implements AutoCloseable {
    private final Stage stage;
    private SocksSocket socket;

    Http1(Stage stage) throws IOException {
      this.stage = stage;
      socket = open();
    }

    private SocksSocket open() throws IOException {
      return new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "judged", 80);
    }

    Answer ask(RandomHeads.Head head) throws IOException {
      socket.send(
          "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n"
              .formatted(head.method(), head.target(), head.host()));
      String answer = socket.head();
      int status = Integer.parseInt(answer.substring(9, 12));
      String body = socket.read(length(answer));
      if (status != 200 && status != 403) {
        socket.close();
        socket = open();
      }
      return new Answer(status, status == 200 ? body : "");
    }

    private static int length(String head) {
      return head.lines()
          .filter(line -> line.startsWith("content-length: "))
          .mapToInt(line -> Integer.parseInt(line.substring("content-length: ".length())))
          .findFirst()
          .orElse(0);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
