// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.refusal.Refusal;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole handshakes in memory, with every engine there is on this machine. */
final class PeerTrustManagerTest {
  private static final String SLEEP = "spiffe://cluster.local/ns/default/sa/sleep";
  private static final String WAYPOINT = "spiffe://cluster.local/ns/default/sa/waypoint";
  private static final TestCa ROOT = TestCa.create("root");
  private static final TrustBundle TRUST =
      new TrustBundle(List.of(ROOT.certificate()), Set.of(new TrustDomain("cluster.local")));
  private static final Material CALLER = ROOT.leaf().uri(SLEEP).material(TRUST);
  private static final Material OURS = ROOT.leaf().uri(WAYPOINT).material(TRUST);

  private static Stream<SslProvider> engines() {
    return OpenSsl.isAvailable()
        ? Stream.of(SslProvider.JDK, SslProvider.OPENSSL)
        : Stream.of(SslProvider.JDK);
  }

  private static PeerTrustManager ofClients() {
    return PeerTrustManager.ofClients(() -> TRUST, () -> TestCa.NOW);
  }

  private static PeerTrustManager ofServers(String... expected) {
    return PeerTrustManager.ofServers(() -> TRUST, () -> TestCa.NOW, Set.of(expected));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void bothSidesLearnWhoTheOtherIs(SslProvider engine) throws Exception {
    try (var pair = new Pair(engine, CALLER, ofServers(SLEEP, WAYPOINT), OURS, ofClients())) {
      pair.handshake();
      assertThat(PeerTrustManager.identity(pair.server.getSession()))
          .isEqualTo(new PeerVerdict.Verified(SpiffeId.parse(SLEEP)));
      assertThat(PeerTrustManager.identity(pair.client.getSession()))
          .isEqualTo(new PeerVerdict.Verified(SpiffeId.parse(WAYPOINT)));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theServerLearnsWhyItRefused(SslProvider engine) throws Exception {
    Material foreign = TestCa.create("root").leaf().uri(SLEEP).material(TRUST);
    Material alien = ROOT.leaf().uri("spiffe://evil.example/ns/default/sa/sleep").material(TRUST);
    assertRefused(engine, foreign, ofClients(), Refusal.PEER_UNTRUSTED);
    assertRefused(engine, alien, ofClients(), Refusal.PEER_FOREIGN_TRUST_DOMAIN);
    Instant later = TestCa.NOW.plusSeconds(7200);
    var late = PeerTrustManager.ofClients(() -> TRUST, () -> later);
    assertRefused(engine, CALLER, late, Refusal.PEER_EXPIRED);
    var blind = PeerTrustManager.ofClients(() -> null, () -> TestCa.NOW);
    assertRefused(engine, CALLER, blind, Refusal.PEER_UNTRUSTED);
  }

  private static void assertRefused(
      SslProvider engine, Material caller, PeerTrustManager server, Refusal refusal)
      throws Exception {
    try (var pair = new Pair(engine, caller, ofServers(WAYPOINT), OURS, server)) {
      assertThatThrownBy(pair::handshake)
          .isInstanceOf(SSLException.class)
          .satisfies(e -> assertThat(PeerRefusedException.behind(e)).isEqualTo(refusal));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theClientTakesOnlyTheWorkloadItMeant(SslProvider engine) throws Exception {
    try (var pair = new Pair(engine, CALLER, ofServers(SLEEP), OURS, ofClients())) {
      assertThatThrownBy(pair::handshake)
          .satisfies(e ->
              assertThat(PeerRefusedException.behind(e))
                  .isEqualTo(Refusal.PEER_UNEXPECTED_IDENTITY));
    }
    try (var pair = new Pair(engine, CALLER, ofServers(), OURS, ofClients())) {
      assertThatThrownBy(pair::handshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void refusesTheOtherRole() {
    X509Certificate[] chain = CALLER.chain().toArray(new X509Certificate[0]);
    assertThatThrownBy(() -> ofClients().checkServerTrusted(chain, "UNKNOWN"))
        .isInstanceOf(PeerRefusedException.class);
    assertThatThrownBy(() -> ofServers(SLEEP).checkClientTrusted(chain, "UNKNOWN"))
        .isInstanceOf(PeerRefusedException.class);
  }

  @Test
  void anUnfinishedHandshakeProvesNobody() throws Exception {
    try (var pair = new Pair(SslProvider.JDK, CALLER, ofServers(WAYPOINT), OURS, ofClients())) {
      assertThat(PeerTrustManager.identity(pair.server.getSession()))
          .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_NO_CERTIFICATE));
    }
  }

  @Test
  void anotherFailureIsCalledAFailedHandshake() {
    var endless = new SSLException("garbage");
    endless.initCause(new IllegalStateException(endless));
    assertThat(PeerRefusedException.behind(endless)).isEqualTo(Refusal.TLS_HANDSHAKE);
  }

  /** A client and a server whose bytes go through two buffers. */
  private static final class Pair implements AutoCloseable {
    private final SSLEngine client;
    private final SSLEngine server;
    private final List<SslContext> contexts;

    Pair(
        SslProvider provider,
        Material caller,
        PeerTrustManager ofServers,
        Material ours,
        PeerTrustManager ofClients)
        throws SSLException {
      SslContext outgoing =
          SslContextBuilder.forClient()
              .sslProvider(provider)
              .protocols("TLSv1.3")
              .keyManager(caller.key(), caller.chain())
              .trustManager(ofServers)
              .build();
      SslContext incoming =
          SslContextBuilder.forServer(ours.key(), ours.chain())
              .sslProvider(provider)
              .protocols("TLSv1.3")
              .clientAuth(ClientAuth.REQUIRE)
              .trustManager(ofClients)
              .build();
      contexts = List.of(outgoing, incoming);
      client = outgoing.newEngine(UnpooledByteBufAllocator.DEFAULT);
      server = incoming.newEngine(UnpooledByteBufAllocator.DEFAULT);
    }

    void handshake() throws SSLException {
      ByteBuffer up = ByteBuffer.allocate(1 << 17);
      ByteBuffer down = ByteBuffer.allocate(1 << 17);
      for (int quiet = 0; quiet < 3; ) {
        boolean moved = step(client, down, up);
        moved |= step(server, up, down);
        quiet = moved ? 0 : quiet + 1;
      }
    }

    /** Writes what the engine has to say, then lets it read. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out)
        throws SSLException {
      var plain = ByteBuffer.allocate(1 << 15);
      int before = out.position() + in.position();
      var written = engine.wrap(ByteBuffer.allocate(0), out);
      runTasks(engine);
      in.flip();
      var read = engine.unwrap(in, plain);
      in.compact();
      runTasks(engine);
      boolean consumed = written.bytesProduced() > 0 || read.bytesConsumed() > 0;
      return consumed || before != out.position() + in.position();
    }

    private static void runTasks(SSLEngine engine) {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
          task.run();
        }
      }
    }

    @Override
    public void close() {
      ReferenceCountUtil.release(client);
      ReferenceCountUtil.release(server);
      contexts.forEach(ReferenceCountUtil::release);
    }
  }
}
