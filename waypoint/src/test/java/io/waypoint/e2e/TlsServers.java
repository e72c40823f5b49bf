// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.waypoint.identity.TestCa;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** Servers outside the mesh, with certificates of an authority of their own. */
final class TlsServers {
  private final Vertx vertx;
  private final TestCa authority;

  TlsServers(Vertx vertx, String name) {
    this.vertx = vertx;
    this.authority = TestCa.create(name, TestCa.ec("secp256r1"), Instant.now());
  }

  /** Answers with the name that was asked for, the version of HTTP and the host. */
  int start(UnaryOperator<TestCa.Leaf> certificate) throws Exception {
    return start(certificate, TlsServers::answer);
  }

  int start(UnaryOperator<TestCa.Leaf> certificate, Handler<HttpServerRequest> handler)
      throws Exception {
    KeyPair keys = TestCa.ec("secp256r1");
    Instant now = Instant.now();
    TestCa.Leaf leaf =
        authority.leaf().keys(keys).valid(now.minusSeconds(60), now.plusSeconds(3600));
    var pair =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(pem(certificate.apply(leaf).build())))
            .addKeyValue(Buffer.buffer(pem("PRIVATE KEY", keys.getPrivate().getEncoded())));
    var options =
        new HttpServerOptions().setSsl(true).setSni(true).setUseAlpn(true).setKeyCertOptions(pair);
    return vertx
        .createHttpServer(options)
        .requestHandler(handler)
        .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private static void answer(HttpServerRequest request) {
    String name = request.connection().indicatedServerName();
    request
        .response()
        .putHeader("content-type", String.valueOf(request.getHeader("content-type")))
        .end(name + " " + request.version() + " " + request.authority());
  }

  String pem() throws Exception {
    return pem(authority.certificate());
  }

  private static String pem(X509Certificate certificate) throws Exception {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  private static String pem(String kind, byte[] content) {
    String text = Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }
}
