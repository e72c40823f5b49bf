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
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.waypoint.hbone.HboneEvents;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.WorkloadAddress;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.identity.TrustBundle;
import io.waypoint.jwks.Idp;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The authorization vectors through real tunnels. Sets without needs of their own guard services of
 * one mesh; each other set has a mesh with its context: trust domains, normalisation, authorizers,
 * another place of the waypoint. What no tunnel can carry is counted and named.
 */
@Timeout(120)
class VectorsIT {
  private static final RSAKey KEY = Idp.key("k");

  /**
   * What stays out, by reason: the rest are all rows of HTTP and gRPC with a principal. The
   * identity of more parts is one that no mesh issues and no ztunnel takes, and {@code
   * PeerVerifierTest.refusesAMalformedId} that the waypoint does not either: nobody can ask as it.
   */
  private static final Map<String, Integer> OTHERS =
      Map.of(
          "no HTTP: TCP", 14,
          "a caller without identity, whom the handshake refuses", 10,
          "an identity with more parts than five, which the handshake refuses", 1);

  private enum Version {
    HTTP_1_1,
    H2C
  }

  @TempDir private static Path folder;
  private static final Vertx VERTX = Vertx.vertx();
  private static final Map<Version, HttpClientAgent> CLIENTS = new EnumMap<>(Version.class);
  private static final Map<Version, HttpClientAgent> SECURE = new EnumMap<>(Version.class);
  private static final Map<SpiffeId, Material> ISSUED = new ConcurrentHashMap<>();
  private static Vectors vectors;
  private static VectorYaml yaml;
  private static DevCa ca;
  private static TrustBundle trust;
  private static Vertx callers;

  /** What the authorizers say of the row that is played. */
  private static volatile String answer = "allow";

  @BeforeAll
  static void open() throws Exception {
    vectors = Vectors.load();
    ca = DevCa.create(Node.DOMAIN, DevCa.DAY, Node.CLOCKS.wall(), new SecureRandom());
    Set<TrustDomain> domains =
        vectors.rows().stream()
            .map(row -> row.text("principal", "spiffe://cluster.local").split("/")[2])
            .map(TrustDomain::new)
            .collect(Collectors.toSet());
    trust = new TrustBundle(ca.trust().roots(), domains);
    HboneTransport transport =
        HboneTransport.create(
            HboneSettings.DEFAULT,
            caller -> issue(SpiffeId.parse(caller)),
            HboneEvents.NONE,
            Node.CLOCKS);
    callers = Vertx.builder().withTransport(transport.forVertx()).build();
    CLIENTS.put(Version.HTTP_1_1, callers.createHttpClient());
    SECURE.put(Version.HTTP_1_1, callers.createHttpClient(tls()));
    SECURE.put(
        Version.H2C,
        callers.createHttpClient(tls().setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true)));
    CLIENTS.put(
        Version.H2C,
        callers.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)));
    yaml =
        new VectorYaml(
            new VectorYaml.Ports(
                serve(VectorsIT::application),
                new TlsServers(VERTX, "outside").start(leaf -> leaf, VectorsIT::application),
                new GrpcAuthorizer(VERTX, path -> judgement()).port,
                serve(VectorsIT::authorizer)),
            KEY);
  }

  @AfterAll
  static void close() {
    callers.close().await();
    VERTX.close().await();
  }

  private static HttpClientOptions tls() {
    return new HttpClientOptions()
        .setSsl(true)
        .setTrustAll(true)
        .setVerifyHost(false)
        .setForceSni(true);
  }

  private static int serve(io.vertx.core.Handler<HttpServerRequest> handler) {
    return VERTX
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
        .requestHandler(handler)
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  /** Of everybody, who all trust the domains of all rows, as a mesh may that names their roots. */
  private static Material issue(SpiffeId id) {
    return ISSUED.computeIfAbsent(
        id,
        key -> {
          Material own = ca.issue(key);
          return new Material(key, own.key(), own.chain(), trust);
        });
  }

  private static void application(HttpServerRequest request) {
    request.response().putHeader("x-got", request.uri());
    if (String.valueOf(request.getHeader("content-type")).startsWith("application/grpc")) {
      request.response().putHeader("grpc-status", "0");
    }
    request.response().end();
  }

  private static void authorizer(HttpServerRequest request) {
    int status = answer.equals("allow") ? 200 : answer.equals("deny") ? 403 : 500;
    request.response().setStatusCode(status).end();
  }

  /** The path whose judgement the authorizer knows. */
  private static String judgement() {
    return answer.equals("allow") ? "/" : answer.equals("deny") ? "/bare" : "/break";
  }

  @Test
  void everyRowOfHttpWithAPrincipalHoldsOverBothVersions() throws Exception {
    List<String> mismatches = new ArrayList<>();
    Map<Version, Integer> played = new EnumMap<>(Version.class);
    int meshes = 0;
    for (List<Vectors.Group> mesh : meshes()) {
      try (VectorMesh running = open(mesh, folder.resolve("mesh" + meshes++))) {
        for (Vectors.Group group : mesh) {
          for (Version version : Version.values()) {
            played.merge(version, play(running, group, version, mismatches), Integer::sum);
          }
        }
      }
    }
    System.out.printf("vectors through tunnels: %s%n", played);
    assertThat(mismatches).isEmpty();
    int rows = vectors.rows().size() - others().values().stream().mapToInt(i -> i).sum();
    assertThat(played).containsEntry(Version.HTTP_1_1, rows).containsEntry(Version.H2C, rows);
  }

  @Test
  void theOthersAreNamed() {
    Map<String, Integer> others = others();
    others.forEach((reason, rows) -> System.out.printf("vectors, %s: %d%n", reason, rows));
    assertThat(others).containsExactlyInAnyOrderEntriesOf(OTHERS);
  }

  private static VectorMesh open(List<Vectors.Group> mesh, Path empty) throws IOException {
    return mesh.getFirst().home() == Vectors.Home.CLUSTER
        ? VectorMesh.ofCluster(VERTX, yaml.of(mesh), VectorsIT::issue)
        : VectorMesh.ofFiles(VERTX, Files.createDirectory(empty), yaml.of(mesh), VectorsIT::issue);
  }

  private static Map<String, Integer> others() {
    Map<String, Integer> others = new TreeMap<>();
    for (Vectors.Row row : vectors.rows()) {
      if (row.obstacle() != null) {
        others.merge(row.obstacle(), 1, Integer::sum);
      }
    }
    return others;
  }

  /** Sets that can live together, and each other one alone. */
  private static List<List<Vectors.Group>> meshes() {
    List<List<Vectors.Group>> meshes = new ArrayList<>();
    List<Vectors.Group> together = new ArrayList<>();
    meshes.add(together);
    for (Vectors.Group group : vectors.groups()) {
      if (group.isPlayed() && !group.isShared()) {
        meshes.add(List.of(group));
      } else if (group.isPlayed()) {
        together.add(group);
      }
    }
    return meshes;
  }

  /** Together, but for rows whose authorizer has to say something else each time. */
  private static int play(
      VectorMesh mesh, Vectors.Group group, Version version, List<String> mismatches) {
    List<Future<String>> judged = new ArrayList<>();
    for (Vectors.Row row : group.rows()) {
      if (row.obstacle() == null) {
        Future<String> one =
            play(mesh, group, row, version)
                .map(
                    wrong -> wrong.isEmpty() ? "" : row.name() + " over " + version + ": " + wrong);
        if (row.fields().containsKey("extAuthz")) {
          one.await();
        }
        judged.add(one);
      }
    }
    for (Future<String> one : judged) {
      String wrong = one.await();
      if (!wrong.isEmpty()) {
        mismatches.add(wrong);
      }
    }
    return judged.size();
  }

  private static Future<String> play(
      VectorMesh mesh, Vectors.Group group, Vectors.Row row, Version version) {
    answer =
        Vectors.map(row.fields().get("extAuthz")).values().stream()
            .map(String::valueOf)
            .findFirst()
            .orElse("allow");
    int port = Integer.parseInt(row.text("destPort", "8000"));
    String caller = row.text("principal", "");
    WorkloadAddress address;
    if (group.addressesPods()) {
      address = mesh.pod(port, caller);
    } else if (row.text("sourceIp", "").startsWith("192.0.2.")) {
      address =
          mesh.service(group.service(), group.namespace(), port, caller, VectorYaml.ELSEWHERE);
    } else {
      String service = group.service();
      boolean secure = row.serverName() != null;
      address =
          mesh.service(
              secure ? VectorYaml.secure(service) : service, group.namespace(), port, caller);
    }
    String name = row.serverName();
    return (name == null ? CLIENTS : SECURE)
        .get(version)
        .connect(
            new HttpConnectOptions()
                .setServer(address)
                .setHost(name == null ? "httpbin" : name)
                .setPort(port))
        .compose(connection -> {
          var options =
              new RequestOptions()
                  .setMethod(HttpMethod.valueOf(row.text("method", row.isGrpc() ? "POST" : "GET")))
                  .setURI(row.text("path", "/"));
          return connection
              .request(options)
              .compose(request -> send(request, row))
              .onComplete(done -> connection.close());
        })
        .map(response -> judge(row, version, response));
  }

  private static Future<HttpClientResponse> send(HttpClientRequest request, Vectors.Row row) {
    request.authority(HostAndPort.create(row.text("host", "httpbin.foo"), -1));
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
              new Payload(new LinkedHashMap<>(claims)));
      token.sign(new RSASSASigner(KEY));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** What is wrong with an answer; empty when nothing is. */
  private static String judge(Vectors.Row row, Version version, HttpClientResponse answer) {
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
    if (!passed && !row.isGrpc() && status != expected(row, version)) {
      return "status " + status;
    }
    return "";
  }

  private static int expected(Vectors.Row row, Version version) {
    return version == Version.HTTP_1_1 && row.hasFragment()
        ? 400
        : Integer.parseInt(row.text("expectStatus", "403"));
  }
}
