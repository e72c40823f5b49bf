// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.waypoint.identity.Material;
import io.waypoint.identity.TestCa;
import io.waypoint.identity.TrustBundle;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.refusal.Refusal;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets past TLS, with either engine. */
final class HboneTlsTest {
  private static final String SLEEP = HboneRig.SLEEP.uri();
  private static final Set<TrustDomain> DOMAINS = Set.of(new TrustDomain("cluster.local"));

  private final Instant now = Instant.now();
  private final TestCa ca = TestCa.create("root", TestCa.ec("secp256r1"), now);
  private final TrustBundle trust = new TrustBundle(List.of(ca.certificate()), DOMAINS);
  private @Nullable HboneRig rig;

  @BeforeEach
  void bothEnginesAreThere() {
    assertThat(OpenSsl.isAvailable()).as("BoringSSL on this platform").isTrue();
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  private HboneRig serve(SslProvider provider) {
    HboneRig made =
        new HboneRig(
            HboneSettings.DEFAULT.withHandshakeTimeout(Duration.ofMillis(800)), 1, provider);
    rig = made;
    made.serverMaterial = leaf(HboneRig.WAYPOINT.uri()).material(trust);
    made.serveRaw(socket -> socket.handler(socket::write));
    made.listen((connect, answer) -> answer.accept(ConnectAnswer.RAW));
    return made;
  }

  private TestCa.Leaf leaf(String uri) {
    return ca.leaf().uri(uri).valid(now.minusSeconds(60), now.plusSeconds(3_600));
  }

  private Material material(KeyPair keys, X509Certificate leaf) {
    return new Material(HboneRig.SLEEP, keys.getPrivate(), List.of(leaf), trust);
  }

  private static void assertServes(RawPeer peer) {
    int stream = peer.open("a:80");
    peer.data(stream, "hello");
    assertThat(peer.take(RawFrame.DATA, stream).text()).isEqualTo("hello");
  }

  /**
   * The handshake fails, or looks finished to the client and the connection ends before SETTINGS.
   */
  private static void assertRefused(HboneRig rig, SSLContext context, Refusal reason) {
    int before = rig.serverLog.refusals.size();
    try (SSLSocket socket = RawTls.socket(context, rig.address(), "TLSv1.3", "h2")) {
      socket.setSoTimeout(10_000);
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                if (socket.getInputStream().read() < 0) {
                  throw new IOException("ended");
                }
              })
          .isInstanceOf(IOException.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    eventually("the refusal is reported", () -> rig.serverLog.refusals.size() > before);
    assertThat(rig.serverLog.refusals.get(before)).isEqualTo(reason);
    assertThat(rig.serverLog.connections).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void onlyAWorkloadOfTheMeshGetsIn(SslProvider provider) {
    HboneRig rig = serve(provider);
    KeyPair keys = TestCa.ec("secp256r1");
    TestCa foreign = TestCa.create("foreign", TestCa.ec("secp256r1"), now);

    assertRefused(rig, RawTls.context(null), Refusal.TLS_HANDSHAKE);
    assertRefused(
        rig,
        RawTls.context(
            material(
                keys,
                foreign
                    .leaf()
                    .uri(SLEEP)
                    .keys(keys)
                    .valid(now.minusSeconds(60), now.plusSeconds(60))
                    .build())),
        Refusal.PEER_UNTRUSTED);
    assertRefused(
        rig,
        RawTls.context(
            material(
                keys,
                leaf(SLEEP).keys(keys).valid(now.minusSeconds(60), now.minusSeconds(1)).build())),
        Refusal.PEER_EXPIRED);
    assertRefused(
        rig,
        RawTls.context(
            material(keys, leaf(SLEEP).uri("spiffe://cluster.local/x").keys(keys).build())),
        Refusal.PEER_SEVERAL_URIS);
    assertRefused(
        rig,
        RawTls.context(
            material(keys, leaf(SLEEP).purposes(KeyPurposeId.id_kp_serverAuth).keys(keys).build())),
        Refusal.PEER_KEY_USAGE);
    assertRefused(
        rig,
        RawTls.context(
            material(keys, leaf("spiffe://elsewhere/ns/default/sa/sleep").keys(keys).build())),
        Refusal.PEER_FOREIGN_TRUST_DOMAIN);

    try (RawPeer good = RawTls.connect(rig.address(), leaf(SLEEP).material(trust)).handshake()) {
      assertServes(good);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void onlyTls13WithH2GetsIn(SslProvider provider) throws IOException {
    HboneRig rig = serve(provider);
    SSLContext context = RawTls.context(leaf(SLEEP).material(trust));
    try (SSLSocket old = RawTls.socket(context, rig.address(), "TLSv1.2", "h2")) {
      assertThatThrownBy(old::startHandshake).isInstanceOf(IOException.class);
    }
    for (String[] alpn : new String[][] {{}, {"http/1.1"}}) {
      int before = rig.serverLog.refusals.size();
      try (SSLSocket other = RawTls.socket(context, rig.address(), "TLSv1.3", alpn)) {
        other.setSoTimeout(10_000);
        other.startHandshake();
        assertThat(other.getInputStream().read()).isEqualTo(-1);
      } catch (IOException e) {
        // Refused within the handshake is as good.
        assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
      }
      eventually("it is reported", () -> rig.serverLog.refusals.size() > before);
    }
    assertThat(rig.serverLog.refusals).contains(Refusal.TLS_NO_ALPN);
    assertThat(rig.serverLog.opened).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void plaintextGarbageAndSilenceAreClosed(SslProvider provider) throws IOException {
    HboneRig rig = serve(provider);
    byte[] random = new byte[4_096];
    new Random(7).nextBytes(random);
    byte[][] openings = {
      "GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
      {(byte) 0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10},
      random,
      {},
      {22, 3, 1},
    };
    for (byte[] opening : openings) {
      try (Socket socket = new Socket(rig.address().getAddress(), rig.address().getPort())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(opening);
        while (socket.getInputStream().read() >= 0) {
          // An alert, perhaps.
        }
      } catch (java.net.SocketTimeoutException e) {
        throw new AssertionError("not closed", e);
      } catch (IOException e) {
        // Reset: closed as well.
      }
    }
    eventually("all are reported", () -> rig.serverLog.refusals.size() >= openings.length);
    assertThat(rig.serverLog.refusals).containsOnly(Refusal.TLS_HANDSHAKE);
    assertThat(rig.serverLog.opened).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aCertificateIsReplacedWhileConnectionsLive(SslProvider provider) throws Exception {
    HboneRig rig = serve(provider);
    SSLContext client = RawTls.context(leaf(SLEEP).material(trust));
    try (RawPeer old = RawTls.connect(rig.address(), client).handshake()) {
      assertServes(old);
      Material renewed = leaf(HboneRig.WAYPOINT.uri()).material(trust);
      rig.serverMaterial = renewed;
      try (SSLSocket socket = RawTls.socket(client, rig.address(), "TLSv1.3", "h2")) {
        socket.startHandshake();
        assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(renewed.leaf());
        assertServes(new RawPeer(socket, false).handshake());
      }
      assertServes(old);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void nobodyResumesPastATrustBundleThatShrank(SslProvider provider) {
    HboneRig rig = serve(provider);
    SSLContext client = RawTls.context(leaf(SLEEP).material(trust));
    try (RawPeer peer = RawTls.connect(rig.address(), client).handshake()) {
      assertServes(peer);
    }
    eventually("it has left", () -> rig.serverLog.connections.get() == 0);
    rig.serverMaterial =
        leaf(HboneRig.WAYPOINT.uri()).material(new TrustBundle(List.of(), DOMAINS));

    assertRefused(rig, client, Refusal.PEER_UNTRUSTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void withoutACertificateOfOursNobodyIsServed(SslProvider provider) {
    HboneRig rig = serve(provider);
    rig.serverMaterial = null;

    assertRefused(rig, RawTls.context(leaf(SLEEP).material(trust)), Refusal.CONNECT_NOT_READY);
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void weDialWithTheSameRules(SslProvider provider) {
    HboneRig rig = serve(provider);
    rig.credentials.put(WorkloadAddress.OWN, leaf(SLEEP).material(trust));
    var client = rig.tcp;

    HboneRig.await(client.connect(rig.workload("a:80")));
    TestCa foreign = TestCa.create("foreign", TestCa.ec("secp256r1"), now);
    rig.serverMaterial =
        foreign
            .leaf()
            .uri(HboneRig.WAYPOINT.uri())
            .valid(now.minusSeconds(60), now.plusSeconds(60))
            .material(trust);
    rig.credentials.put(WorkloadAddress.OWN, leaf(SLEEP).material(trust));
    WorkloadAddress another =
        new WorkloadAddress(rig.address(), HboneRig.WAYPOINT.uri(), "b:80", "second");
    rig.credentials.put("second", leaf(SLEEP).material(trust));
    assertThatThrownBy(() -> HboneRig.await(client.connect(another)))
        .hasMessageContaining(Refusal.PEER_UNTRUSTED.message());
  }
}
