// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.InetSocketAddress;

/** Opens HTTP/2 connections into the mesh, one tunnel each. */
final class H2cCaller {
  private final HttpClientAgent client;
  private final ProxyOptions proxy;

  /**
   * @param outbound the ztunnel's
   */
  H2cCaller(Vertx vertx, InetSocketAddress outbound, String caller) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    proxy =
        new ProxyOptions()
            .setType(ProxyType.SOCKS5)
            .setHost(outbound.getHostString())
            .setPort(outbound.getPort())
            .setUsername(caller)
            .setPassword("");
  }

  HttpClientConnection connect(String host) {
    return client
        .connect(new HttpConnectOptions().setHost(host).setPort(80).setProxyOptions(proxy))
        .await();
  }

  /** Asks for a path and reads the whole answer; gives its status. */
  static Future<Integer> get(HttpClientConnection connection, String host, String path) {
    return connection
        .request(new RequestOptions().setHost(host).setPort(80).setURI(path))
        .compose(request -> request.send())
        .compose(response -> response.end().map(response))
        .map(HttpClientResponse::statusCode);
  }
}
