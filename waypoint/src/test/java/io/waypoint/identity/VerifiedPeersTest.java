// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was verified once must not let anybody in whom a second look would keep out. */
final class VerifiedPeersTest {
  private static final String SLEEP = "spiffe://cluster.local/ns/default/sa/sleep";
  private static final PeerVerdict VERIFIED = new PeerVerdict.Verified(SpiffeId.parse(SLEEP));
  private static final Instant NOW = TestCa.NOW;
  private static final TestCa ROOT = TestCa.create("root");
  private static final X509Certificate LEAF = ROOT.leaf().uri(SLEEP).build();

  private static TrustBundle trust(X509Certificate... roots) {
    return new TrustBundle(List.of(roots), Set.of(new TrustDomain("cluster.local")));
  }

  private static VerifiedPeers peers(X509Certificate... roots) {
    return new VerifiedPeers(trust(roots), Side.CLIENT);
  }

  private static X509Certificate[] chain(X509Certificate... certificates) {
    return certificates;
  }

  /** Another object with the same bytes, as each handshake brings one, or with one bit changed. */
  private static X509Certificate copy(X509Certificate of, int flipped) throws Exception {
    byte[] bytes = of.getEncoded();
    if (flipped > 0) {
      bytes[bytes.length - flipped] ^= 1;
    }
    var factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
  }

  private static PeerVerdict refused(Refusal refusal) {
    return new PeerVerdict.Refused(refusal);
  }

  @Test
  void knowsTheSameBytesAgain() throws Exception {
    VerifiedPeers peers = peers(ROOT.certificate());
    for (int i = 0; i < 3; i++) {
      assertThat(peers.verify(chain(copy(LEAF, 0)), NOW)).isEqualTo(VERIFIED);
    }
    assertThat(peers.size()).isEqualTo(1);
  }

  /** What the signature does not cover may be spelt in more than one way; anything else not. */
  @Test
  void aChangedBitIsAnotherChain() throws Exception {
    TrustBundle trust = trust(ROOT.certificate());
    var peers = new VerifiedPeers(trust, Side.CLIENT);
    assertThat(peers.verify(chain(LEAF), NOW)).isEqualTo(VERIFIED);
    int refused = 0;
    for (int flipped = 1; flipped < LEAF.getEncoded().length; flipped += 7) {
      X509Certificate forged;
      try {
        forged = copy(LEAF, flipped);
      } catch (CertificateException unreadable) {
        continue;
      }
      PeerVerdict verdict = peers.verify(chain(forged), NOW);
      assertThat(verdict).isEqualTo(PeerVerifier.verify(chain(forged), Side.CLIENT, trust, NOW));
      if (verdict instanceof PeerVerdict.Refused) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(20);
  }

  @Test
  void aLeafEndsInTime() {
    VerifiedPeers peers = peers(ROOT.certificate());
    X509Certificate brief =
        ROOT.leaf().uri(SLEEP).valid(NOW.minusSeconds(5), NOW.plusSeconds(5)).build();
    assertThat(peers.verify(chain(brief), NOW)).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(brief), NOW.plusSeconds(5))).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(brief), NOW.plusMillis(5_001)))
        .isEqualTo(refused(Refusal.PEER_EXPIRED));
    assertThat(peers.size()).isZero();
  }

  @Test
  void anIntermediateEndsInTime() {
    TestCa middle = ROOT.intermediate("middle");
    X509Certificate brief =
        ROOT.leaf()
            .subject("middle")
            .keys(middle.keys())
            .authority()
            .valid(NOW.minusSeconds(5), NOW.plusSeconds(5))
            .build();
    X509Certificate leaf = middle.leaf().uri(SLEEP).build();
    VerifiedPeers peers = peers(ROOT.certificate());
    assertThat(peers.verify(chain(leaf, brief), NOW)).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(leaf, brief), NOW.plusSeconds(6)))
        .isEqualTo(refused(Refusal.PEER_UNTRUSTED));
    assertThat(peers.verify(chain(leaf, middle.certificate()), NOW.plusSeconds(6)))
        .isEqualTo(VERIFIED);
  }

  @Test
  void aRootEndsInTime() {
    TestCa old = TestCa.create("old", TestCa.ec("secp256r1"), NOW.minus(Duration.ofMinutes(59)));
    X509Certificate leaf = old.leaf().uri(SLEEP).build();
    VerifiedPeers peers = peers(old.certificate(), ROOT.certificate());
    assertThat(peers.verify(chain(leaf), NOW)).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(leaf), NOW.plusSeconds(61)))
        .isEqualTo(refused(Refusal.PEER_UNTRUSTED));
  }

  @Test
  void aClockSetBackIsAskedAgain() {
    VerifiedPeers peers = peers(ROOT.certificate());
    assertThat(peers.verify(chain(LEAF), NOW)).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(LEAF), NOW.minusSeconds(600)))
        .isEqualTo(refused(Refusal.PEER_EXPIRED));
  }

  @Test
  void aRefusalIsNotRemembered() {
    VerifiedPeers peers = peers(ROOT.certificate());
    X509Certificate early =
        ROOT.leaf().uri(SLEEP).valid(NOW.plusSeconds(300), NOW.plusSeconds(600)).build();
    assertThat(peers.verify(chain(early), NOW)).isEqualTo(refused(Refusal.PEER_EXPIRED));
    assertThat(peers.verify(chain(early), NOW.plusSeconds(400))).isEqualTo(VERIFIED);
  }

  @Test
  void theWholeChainIsCompared() {
    TestCa middle = ROOT.intermediate("middle");
    X509Certificate leaf = middle.leaf().uri(SLEEP).build();
    VerifiedPeers peers = peers(ROOT.certificate());
    assertThat(peers.verify(chain(leaf, middle.certificate()), NOW)).isEqualTo(VERIFIED);
    assertThat(peers.verify(chain(leaf), NOW)).isEqualTo(refused(Refusal.PEER_UNTRUSTED));
    assertThat(peers.verify(chain(leaf, TestCa.create("middle").certificate()), NOW))
        .isEqualTo(refused(Refusal.PEER_UNTRUSTED));
    X509Certificate[] tooLong = new X509Certificate[PeerVerifier.LONGEST_CHAIN + 1];
    Arrays.fill(tooLong, middle.certificate());
    tooLong[0] = leaf;
    assertThat(peers.verify(tooLong, NOW)).isEqualTo(refused(Refusal.PEER_CHAIN_TOO_LONG));
    assertThat(peers.verify(chain(), NOW)).isEqualTo(refused(Refusal.PEER_NO_CERTIFICATE));
  }

  @Test
  void anotherBundleKnowsNobody() throws Exception {
    TrustBundle[] current = {trust(ROOT.certificate())};
    var manager = PeerTrustManager.ofClients(() -> current[0], () -> NOW);
    manager.checkClientTrusted(chain(LEAF), "UNKNOWN");
    manager.checkClientTrusted(chain(LEAF), "UNKNOWN");
    current[0] = trust(TestCa.create("root").certificate());
    assertThat(refusal(manager, LEAF)).isEqualTo(Refusal.PEER_UNTRUSTED);
    current[0] =
        new TrustBundle(
            List.of(ROOT.certificate()),
            Set.of(new TrustDomain("cluster.local")),
            Revocations.parse(ROOT.revoking(LEAF)));
    assertThat(refusal(manager, LEAF)).isEqualTo(Refusal.PEER_REVOKED);
    current[0] = new TrustBundle(List.of(ROOT.certificate()), Set.of(new TrustDomain("other")));
    assertThat(refusal(manager, LEAF)).isEqualTo(Refusal.PEER_FOREIGN_TRUST_DOMAIN);
  }

  private static Refusal refusal(PeerTrustManager manager, X509Certificate leaf) {
    try {
      manager.checkClientTrusted(chain(leaf), "UNKNOWN");
      throw new AssertionError("taken");
    } catch (PeerRefusedException e) {
      return e.refusal();
    }
  }

  @Test
  void keepsNoMoreThanItsShare() {
    VerifiedPeers peers = peers(ROOT.certificate());
    var keys = TestCa.ec("secp256r1");
    for (int i = 0; i < VerifiedPeers.MOST + 3; i++) {
      X509Certificate leaf = ROOT.leaf().uri(SLEEP).keys(keys).build();
      assertThat(peers.verify(chain(leaf), NOW)).isEqualTo(VERIFIED);
      assertThat(peers.size()).isLessThanOrEqualTo(VerifiedPeers.MOST);
    }
    assertThat(peers.size()).isEqualTo(3);
  }
}
