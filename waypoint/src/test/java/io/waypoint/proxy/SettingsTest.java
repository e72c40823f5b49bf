// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.rbac.PathNormalization;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the settings change. */
class SettingsTest {
  private static String ask(ProxyRig rig, String bytes) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(bytes);
      return client.rest();
    }
  }

  @Test
  void theCallersIdentityStandsInTheForwardedCertificate() throws IOException {
    var settings =
        new ProxySettings(
            PathNormalization.BASE,
            "spiffe://cluster.local/ns/default/sa/waypoint",
            Duration.ofMinutes(1),
            ScanLimits.DEFAULTS,
            2);
    try (var rig = new ProxyRig(settings)) {
      rig.serve(
          rig.backend(request ->
              request
                  .response()
                  .end(String.join(" ", request.headers().getAll("x-forwarded-client-cert")))));
      assertThat(
              ask(
                  rig,
                  "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                      + "X-Forwarded-Client-Cert: URI=spiffe://evil\r\n\r\n"))
          .endsWith(
              "\r\n\r\nBy=spiffe://cluster.local/ns/default/sa/waypoint;"
                  + "URI=spiffe://cluster.local/ns/default/sa/sleep");
    }
  }

  @Test
  void anExchangeInWhichNothingHappensEnds() throws IOException {
    var settings =
        new ProxySettings(
            PathNormalization.BASE, null, Duration.ofSeconds(1), ScanLimits.DEFAULTS, 2);
    try (var rig = new ProxyRig(settings)) {
      rig.serve(
          rig.backend(request -> {
            if (request.uri().equals("/half")) {
              request.response().setChunked(true).write("half");
            }
          }));
      assertThat(ask(rig, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 504")
          .endsWith("stream timeout");
      assertThat(ask(rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"))
          .startsWith("HTTP/1.1 408")
          .endsWith("stream timeout");
      assertThat(ask(rig, "GET /half HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .endsWith("half\r\n");
      rig.untilQuiet();
    }
  }
}
