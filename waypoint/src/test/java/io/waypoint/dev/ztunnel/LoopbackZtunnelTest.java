// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.waypoint.dev.echo.Echo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopbackZtunnelTest {
  private final ZtunnelRig rig = new ZtunnelRig();
  private final HttpClient client = rig.vertx.createHttpClient();
  private final WebSocketClient sockets = rig.vertx.createWebSocketClient();

  @BeforeEach
  void anEchoBehindIt() {
    Echo echo = new Echo(rig.vertx, "echo", new Random(1));
    HttpServer server =
        ZtunnelRig.await(
            rig.vertx
                .createHttpServer()
                .requestHandler(echo)
                .webSocketHandler(echo::handle)
                .listen(0, "127.0.0.1"));
    rig.expose("echo", ZtunnelRig.loopback(server.actualPort()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void requestPassesBySocksAndThroughHbone() {
    HttpClientResponse response =
        ask(options("echo", "/hello").setProxyOptions(rig.socks("sleep.default")));

    JsonObject reflection = ZtunnelRig.await(response.body()).toJsonObject();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(reflection.getString("uri")).isEqualTo("/hello");
  }

  @Test
  void largeBodyArrivesWhole() {
    HttpClientResponse response =
        ask(options("echo", "/bytes/5MB").setProxyOptions(rig.socks("sleep.default")));

    assertThat(ZtunnelRig.await(response.body()).length()).isEqualTo(5_000_000);
  }

  @Test
  void plainHttpIsRoutedByItsHostHeaderAndTheIdentityHeaderIsTakenOff() {
    RequestOptions options =
        plain("/hello").putHeader("host", "echo:80").putHeader("x-dev-identity", "curl.default");

    JsonObject reflection = ZtunnelRig.await(ask(options).body()).toJsonObject();

    assertThat(reflection.getJsonObject("headers").fieldNames())
        .contains("host")
        .doesNotContain("x-dev-identity");
    assertThat(reflection.getString("authority")).isEqualTo("echo:80");
  }

  @Test
  void oneConnectionMayChangeItsDestination() {
    assertThat(ask(plain("/").putHeader("host", "echo")).statusCode()).isEqualTo(200);
    assertThat(ask(plain("/").putHeader("host", "nobody")).statusCode()).isEqualTo(502);
    assertThat(ask(plain("/status/418").putHeader("host", "echo")).statusCode()).isEqualTo(418);
  }

  @Test
  void plainHttpWithAnIdentityThatIsNoneIsRefused() {
    RequestOptions options =
        plain("/").putHeader("host", "echo").putHeader("x-dev-identity", "admin");

    HttpClientResponse response = ask(options);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(ZtunnelRig.await(response.body()).toString()).contains("serviceaccount.namespace");
  }

  @Test
  void webSocketPassesThePlainHttpSide() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(rig.ztunnel.outbound().getPort())
            .setURI("/chat")
            .addHeader("host", "echo");

    WebSocket socket =
        ZtunnelRig.await(sockets.webSocket().textMessageHandler(heard::add).connect(options));
    ZtunnelRig.await(socket.writeTextMessage("hello"));

    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
    ZtunnelRig.await(socket.close());
  }

  @Test
  void uploadPassesThePlainHttpSide() {
    Buffer body = Buffer.buffer(new byte[2_000_000]);
    JsonObject reflection =
        ZtunnelRig.await(
                client
                    .request(plain("/").putHeader("host", "echo").setMethod(HttpMethod.POST))
                    .compose(request -> request.send(body).compose(HttpClientResponse::body)))
            .toJsonObject();

    assertThat(reflection.getJsonObject("body").getInteger("bytes")).isEqualTo(2_000_000);
  }

  @Test
  void endOfOneDirectionIsCarriedThroughTheTunnel() throws Exception {
    try (ServerSocket app = new ServerSocket(0, 1, ZtunnelRig.loopback(0).getAddress())) {
      rig.expose("legacy", new InetSocketAddress(app.getInetAddress(), app.getLocalPort()));
      try (Socket client = dial("legacy");
          Socket served = app.accept()) {
        client.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("question");

        served.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
        served.close();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
      }
    }
  }

  @Test
  void processThatIsDownRefusesTheConnection() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, ZtunnelRig.loopback(0).getAddress())) {
      rig.expose("down", new InetSocketAddress(closed.getInetAddress(), closed.getLocalPort()));
    }

    assertThatThrownBy(() -> dial("down")).hasMessageContaining("05");
  }

  @Test
  void workloadThatIsNotWhoItShouldBeIsNotTalkedTo() {
    Hop.Tunnel real = java.util.Objects.requireNonNull(rig.services.get("echo"));
    rig.services.put(
        "impostor",
        new Hop.Tunnel(
            real.hbone(), "spiffe://cluster.local/ns/default/sa/other", real.authority()));

    assertThatThrownBy(() -> dial("impostor")).hasMessageContaining("05");
  }

  @Test
  void authorityThatIsNotTheWorkloadsOwnIsRefused() {
    Hop.Tunnel real = java.util.Objects.requireNonNull(rig.services.get("echo"));
    rig.services.put("elsewhere", new Hop.Tunnel(real.hbone(), real.identity(), "127.0.0.1:22"));

    assertThatThrownBy(() -> dial("elsewhere")).hasMessageContaining("05");
  }

  private RequestOptions options(String host, String uri) {
    return new RequestOptions().setHost(host).setPort(80).setURI(uri);
  }

  private RequestOptions plain(String uri) {
    return options("127.0.0.1", uri).setPort(rig.ztunnel.outbound().getPort());
  }

  private HttpClientResponse ask(RequestOptions options) {
    return ZtunnelRig.await(
        client
            .request(options)
            .compose(request ->
                request.send().compose(response -> response.body().map(body -> response))));
  }

  /** SOCKS5 by hand; fails with the reply code when the answer is a refusal. */
  private Socket dial(String host) throws IOException {
    Socket socket = new Socket();
    socket.connect(rig.ztunnel.outbound());
    byte[] name = host.getBytes(StandardCharsets.US_ASCII);
    byte[] user = "sleep.default".getBytes(StandardCharsets.US_ASCII);
    Buffer request =
        Buffer.buffer(new byte[] {5, 1, 2, 1, (byte) user.length})
            .appendBytes(user)
            .appendBytes(new byte[] {0, 5, 1, 0, 3, (byte) name.length})
            .appendBytes(name)
            .appendShort((short) 80);
    socket.getOutputStream().write(request.getBytes());
    byte[] reply = socket.getInputStream().readNBytes(14);
    if (reply.length < 14 || reply[5] != 0) {
      socket.close();
      throw new IOException(HexFormat.of().formatHex(reply));
    }
    return socket;
  }
}
