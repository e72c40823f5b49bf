// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Policies about the server that TLS inside the tunnel asks for, on ports declared TLS: the hello
 * is read, what it names is judged, and every byte goes on as it came (policies.md 0.7, 1.16).
 */
@Timeout(120)
class ServerNamesIT {
  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: NAME, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: NAME}]
        action: ACTION
        rules: [{when: [{key: connection.sni, VALUES}]}]
      """;

  @TempDir private static Path folder;
  private static Stage stage;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    int port = new TlsServers(stage.vertx(), "outside").start(leaf -> leaf);
    for (Map.Entry<String, String> guarded :
        Map.of(
                "meant", "ALLOW: values: [\"me*\"]",
                "other", "ALLOW: values: [meant]",
                "banned", "DENY: values: [banned]",
                "exempt", "DENY: notValues: [exempt]")
            .entrySet()) {
      String[] rule = guarded.getValue().split(": ", 2);
      stage
          .serve(guarded.getKey(), "tls", port)
          .with(
              "policy-" + guarded.getKey(),
              POLICY
                  .replace("NAME", guarded.getKey())
                  .replace("ACTION", rule[0])
                  .replace("VALUES", rule[1]));
    }
    stage.open();
    client =
        stage
            .vertx()
            .createHttpClient(
                new HttpClientOptions()
                    .setSsl(true)
                    .setTrustAll(true)
                    .setVerifyHost(false)
                    .setForceSni(true)
                    .setProxyOptions(stage.socks()));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  /** Asks the service of that name over TLS, with the name as server name. */
  private static String ask(String service) {
    return client
        .request(new RequestOptions().setHost(service).setPort(80).setURI("/"))
        .compose(request -> request.send().compose(response -> response.body()))
        .await()
        .toString();
  }

  @Test
  void theNameThatIsAskedForIsJudged() {
    assertThat(ask("meant")).startsWith("meant HTTP_1_1");
    assertThat(ask("exempt")).startsWith("exempt HTTP_1_1");
    assertThatThrownBy(() -> ask("other")).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> ask("banned")).isInstanceOf(Exception.class);
  }

  /** In as many pieces as it has bytes, the name is found and nothing of it is lost. */
  @Test
  void aHelloMayComeByteByByte() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("meant", 80);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("meant")));
    engine.setSSLParameters(parameters);
    ByteBuffer hello = ByteBuffer.allocate(32 * 1024);
    engine.wrap(ByteBuffer.allocate(0), hello);
    hello.flip();
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "meant", 80)) {
      while (hello.hasRemaining()) {
        socket.send(Character.toString(hello.get() & 0xff));
      }
      assertThat(socket.read(2)).as("a record of the handshake").isEqualTo("\u0016\u0003");
    }
  }

  /** Without a name nothing positive matches and everything negative does. */
  @ParameterizedTest
  @ValueSource(strings = {"meant", "exempt"})
  void whatIsNoTlsHasNoName(String service) throws Exception {
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, service, 80)) {
      socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThatThrownBy(socket::head)
          .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
    }
  }

  /** The server would read it on; whoever hides a name this way does not get as far. */
  @Test
  void aHelloThatIsBrokenEndsTheTunnel() throws Exception {
    try (var socket = new SocksSocket(stage.mesh().outbound(), Stage.CALLER, "banned", 80)) {
      socket.send("\u0016\u0003\u0001\u0000\u0004\u0002\u0000\u0000\u0000");
      assertThatThrownBy(socket::head)
          .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
    }
  }
}
