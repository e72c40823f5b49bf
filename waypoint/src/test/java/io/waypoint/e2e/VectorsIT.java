// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.waypoint.Clocks;
import io.waypoint.dev.DevMesh;
import io.waypoint.dev.DevSettings;
import io.waypoint.jwks.Idp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/**
 * The authorization vectors through real tunnels: one mesh, in which every set of policies guards a
 * service of its own. What a mesh on one machine cannot play is counted and named.
 */
@Timeout(120)
class VectorsIT {
  private static final RSAKey KEY = Idp.key("k");
  private static final int AT_LEAST = 150;
  private static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: foo, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: foo, labels: {istio.io/waypoint-for: service}}
      spec:
        gatewayClassName: vertx-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: app, namespace: foo}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: app
        namespace: foo
        annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}
      spec:
        selector: {matchLabels: {app: app}}
        template:
          metadata: {labels: {app: app}}
          spec: {serviceAccountName: app}
      """;
  private static final String SERVICE =
      """
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: foo}
      spec:
        selector: {app: app}
        ports:
        - {name: http, port: 8000}
        - {name: http-alt, port: 8080}
        - {name: http-nine, port: 9000}
      """;

  @TempDir private static Path folder;
  private static final Vertx VERTX = Vertx.vertx();
  private static Vectors vectors;
  private static DevMesh mesh;

  @BeforeAll
  static void open() throws Exception {
    vectors = Vectors.load();
    int port =
        VERTX
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(VectorsIT::application)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    var yaml = new StringBuilder(MESH.replace("PORT", Integer.toString(port)));
    vectors
        .policies()
        .forEach((service, policies) -> {
          yaml.append(SERVICE.replace("NAME", service));
          policies.forEach(policy -> yaml.append("---\n").append(policy(service, policy)));
          yaml.append(tokens(service));
        });
    Files.writeString(folder.resolve("mesh.yaml"), yaml);
    mesh = DevMesh.start(DevSettings.quiet(List.of(folder)), Clocks.system());
  }

  @AfterAll
  static void close() {
    if (mesh != null) {
      mesh.close();
    }
    VERTX.close().await();
  }

  private static void application(HttpServerRequest request) {
    request.response().putHeader("x-got", request.uri());
    if (String.valueOf(request.getHeader("content-type")).startsWith("application/grpc")) {
      request.response().putHeader("grpc-status", "0");
    }
    request.response().end();
  }

  private static String policy(String service, Map<String, Object> written) {
    Map<String, Object> policy = new LinkedHashMap<>(written);
    Map<String, Object> metadata = new LinkedHashMap<>(Vectors.map(policy.get("metadata")));
    metadata.put("name", service + "-" + metadata.get("name"));
    policy.put("metadata", metadata);
    return new Dump(DumpSettings.builder().build())
        .dumpToString(policy)
        .replace("name: httpbin", "name: " + service);
  }

  /** The claims of the vectors are those of tokens that were good: here are the rules for them. */
  private static String tokens(String service) {
    var issuers = new TreeSet<String>();
    for (Vectors.Row row : vectors.rows()) {
      Map<String, Object> claims = row.claims();
      if (row.service().equals(service) && claims != null && row.obstacle() == null) {
        issuers.add(String.valueOf(claims.get("iss")));
      }
    }
    if (issuers.isEmpty()) {
      return "";
    }
    var rules = new StringBuilder();
    for (String issuer : issuers) {
      rules
          .append("  - issuer: \"")
          .append(issuer)
          .append("\"\n    jwks: '")
          .append(Idp.jwks(KEY.toPublicJWK()))
          .append("'\n");
    }
    return """
    ---
    apiVersion: security.istio.io/v1
    kind: RequestAuthentication
    metadata: {name: NAME, namespace: foo}
    spec:
      targetRefs: [{group: "", kind: Service, name: NAME}]
      jwtRules:
    """
            .replace("NAME", service)
        + rules;
  }

  private enum Version {
    HTTP_1_1,
    H2C
  }

  private static HttpClient client(Version version) {
    return VERTX.createHttpClient(
        version == Version.H2C
            ? new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
            : new HttpClientOptions());
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void everyRowThatAMeshCanPlayHolds(Version version) {
    HttpClient client = client(version);
    List<String> mismatches = new ArrayList<>();
    int played = 0;
    for (Vectors.Row row : vectors.rows()) {
      if (row.obstacle() == null) {
        String wrong = ask(client, row).map(answer -> judge(row, answer)).await();
        played++;
        if (!wrong.isEmpty()) {
          mismatches.add(row.name() + ": " + wrong);
        }
      }
    }
    System.out.printf("vectors through tunnels over %s: %d%n", version, played);
    assertThat(mismatches).isEmpty();
    assertThat(played).isGreaterThan(AT_LEAST);
    client.close().await();
  }

  @Test
  void theOthersAreNamed() {
    Map<String, Integer> others = new TreeMap<>();
    for (Vectors.Row row : vectors.rows()) {
      if (row.obstacle() != null) {
        others.merge("needs " + row.obstacle(), 1, Integer::sum);
      }
    }
    others.forEach((reason, rows) -> System.out.printf("vectors, %s: %d%n", reason, rows));
    assertThat(others.values().stream().mapToInt(Integer::intValue).sum())
        .isLessThan(vectors.rows().size() - AT_LEAST);
  }

  private static Future<HttpClientResponse> ask(HttpClient client, Vectors.Row row) {
    int port = Integer.parseInt(row.text("destPort", "8000"));
    var options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(port, row.service() + ".foo"))
            .setHost(row.service() + ".foo")
            .setPort(port)
            .setMethod(HttpMethod.valueOf(row.text("method", row.isGrpc() ? "POST" : "GET")))
            .setURI(row.text("path", "/"))
            .setProxyOptions(mesh.socks(row.caller()));
    return client.request(options).compose(request -> send(request, row));
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, Vectors.Row row) {
    request.authority(HostAndPort.create(row.text("host", row.service() + ".foo"), -1));
    row.headers().forEach((name, lines) -> request.headers().add(name, lines));
    request.putHeader("x-forwarded-for", row.text("remoteIp", "10.244.1.10"));
    Map<String, Object> claims = row.claims();
    if (claims != null) {
      request.putHeader("authorization", "Bearer " + token(claims));
    }
    if (row.isGrpc()) {
      request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
    }
    return request.send().compose(response -> response.end().map(response));
  }

  private static String token(Map<String, Object> claims) {
    try {
      var token =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY.getKeyID()).build(),
              new Payload(claims));
      token.sign(new RSASSASigner(KEY));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** What is wrong with an answer; empty when nothing is. */
  private static String judge(Vectors.Row row, HttpClientResponse answer) {
    int status = answer.statusCode();
    String grpc = String.valueOf(answer.getHeader("grpc-status"));
    boolean passed = answer.getHeader("x-got") != null;
    if (passed != row.isAllowed()) {
      return "expected " + row.text("expect", "") + ", got " + status + ", gRPC " + grpc;
    }
    String forwarded = row.text("expectForwardedPath", "");
    if (passed && !forwarded.isEmpty() && !forwarded.equals(answer.getHeader("x-got"))) {
      return "forwarded " + answer.getHeader("x-got");
    }
    if (!passed && row.isGrpc() && !grpc.equals(row.text("expectGrpcStatus", grpc))) {
      return "gRPC status " + grpc;
    }
    if (!passed && !row.isGrpc() && status != Integer.parseInt(row.text("expectStatus", "403"))) {
      return "status " + status;
    }
    return "";
  }
}
