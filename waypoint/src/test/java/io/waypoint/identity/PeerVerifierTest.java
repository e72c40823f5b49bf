// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static io.waypoint.identity.TestCa.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.util.LazyX509Certificate;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.refusal.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerVerifierTest {
  private static final String SLEEP = "spiffe://cluster.local/ns/default/sa/sleep";
  private static final TestCa ROOT = TestCa.create("root");
  private static final TrustBundle TRUST = trust(ROOT);

  private static TrustBundle trust(TestCa... roots) {
    return new TrustBundle(
        java.util.Arrays.stream(roots).map(TestCa::certificate).toList(),
        Set.of(new TrustDomain("cluster.local"), new TrustDomain("old.example")));
  }

  private static PeerVerdict verify(X509Certificate... chain) {
    return PeerVerifier.verify(chain, Side.CLIENT, TRUST, NOW);
  }

  private static void assertRefused(Refusal refusal, X509Certificate... chain) {
    assertThat(verify(chain)).isEqualTo(new PeerVerdict.Refused(refusal));
  }

  private static void assertVerified(PeerVerdict verdict) {
    assertThat(verdict).isEqualTo(new PeerVerdict.Verified(SpiffeId.parse(SLEEP)));
  }

  @Test
  void takesALeafOfTheRoot() {
    assertVerified(verify(ROOT.leaf().uri(SLEEP).build()));
  }

  @Test
  void takesOtherKindsOfNamesBesideTheUri() {
    assertVerified(verify(ROOT.leaf().dns("sleep.default").uri(SLEEP).build()));
  }

  @Test
  void takesAnAliasOfTheTrustDomain() {
    String uri = "spiffe://old.example/ns/default/sa/sleep";
    assertThat(verify(ROOT.leaf().uri(uri).build()))
        .isEqualTo(new PeerVerdict.Verified(SpiffeId.parse(uri)));
  }

  @Test
  void takesALeafBelowAnIntermediateInAnyOrderAndWithTheRootRepeated() {
    TestCa intermediate = ROOT.intermediate("intermediate");
    X509Certificate leaf = intermediate.leaf().uri(SLEEP).build();
    assertVerified(verify(leaf, intermediate.certificate()));
    assertVerified(verify(leaf, ROOT.certificate(), intermediate.certificate()));
  }

  @Test
  void takesACrossSignedRootWhenOnlyTheNewRootIsTrusted() {
    TestCa renewed = TestCa.create("renewed");
    X509Certificate leaf = renewed.leaf().uri(SLEEP).build();
    X509Certificate bridge = renewed.crossSignedBy(ROOT);
    X509Certificate[] chain = {leaf, bridge};
    assertVerified(PeerVerifier.verify(chain, Side.CLIENT, trust(renewed), NOW));
    assertVerified(PeerVerifier.verify(chain, Side.CLIENT, trust(ROOT), NOW));
  }

  @Test
  void takesRsaAndEdwardsKeys() throws Exception {
    TestCa rsa = TestCa.create("rsa", TestCa.rsa(2048), NOW);
    var edwards = java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    X509Certificate[] chain = {
      rsa.leaf().uri(SLEEP).keys(edwards).signature("SHA256withRSAandMGF1").build()
    };
    assertVerified(PeerVerifier.verify(chain, Side.CLIENT, trust(rsa), NOW));
  }

  @Test
  void refusesNoCertificate() {
    assertRefused(Refusal.PEER_NO_CERTIFICATE);
    assertThat(PeerVerifier.verify(null, Side.CLIENT, TRUST, NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_NO_CERTIFICATE));
  }

  @Test
  void refusesAForeignAuthorityEvenUnderTheSameName() {
    assertRefused(Refusal.PEER_UNTRUSTED, TestCa.create("other").leaf().uri(SLEEP).build());
    assertRefused(Refusal.PEER_UNTRUSTED, TestCa.create("root").leaf().uri(SLEEP).build());
  }

  @Test
  void refusesASelfSignedCertificate() {
    X509Certificate self = TestCa.create("self").certificate();
    assertRefused(Refusal.PEER_UNTRUSTED, self);
  }

  @Test
  void refusesALeafThatSignedALeaf() {
    var keys = TestCa.ec("secp256r1");
    X509Certificate sleep = ROOT.leaf().subject("sleep").uri(SLEEP).keys(keys).build();
    TestCa pretender = TestCa.create("sleep", keys, NOW);
    assertRefused(Refusal.PEER_UNTRUSTED, pretender.leaf().uri(SLEEP).build(), sleep);
  }

  @Test
  void refusesEverybodyWithoutRootsOrDomains() {
    X509Certificate[] chain = {ROOT.leaf().uri(SLEEP).build()};
    var noRoots = new TrustBundle(List.of(), TRUST.domains());
    var noDomains = new TrustBundle(TRUST.roots(), Set.of());
    assertThat(PeerVerifier.verify(chain, Side.CLIENT, noRoots, NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_UNTRUSTED));
    assertThat(PeerVerifier.verify(chain, Side.CLIENT, noDomains, NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_FOREIGN_TRUST_DOMAIN));
  }

  @Test
  void refusesAnExpiredRoot() {
    Instant past = NOW.minusSeconds(7200);
    TestCa old = TestCa.create("old", TestCa.ec("secp256r1"), past);
    X509Certificate[] chain = {old.leaf().uri(SLEEP).build()};
    assertThat(PeerVerifier.verify(chain, Side.CLIENT, trust(old), NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_UNTRUSTED));
  }

  @Test
  void refusesWhatIsOutOfTime() {
    assertRefused(
        Refusal.PEER_EXPIRED,
        ROOT.leaf().uri(SLEEP).valid(NOW.minusSeconds(60), NOW.minusSeconds(1)).build());
    assertRefused(
        Refusal.PEER_EXPIRED,
        ROOT.leaf().uri(SLEEP).valid(NOW.plusSeconds(61), NOW.plusSeconds(600)).build());
  }

  @Test
  void forgivesAClockThatIsAMinuteAhead() {
    assertVerified(
        verify(ROOT.leaf().uri(SLEEP).valid(NOW.plusSeconds(60), NOW.plusSeconds(600)).build()));
  }

  @Test
  void refusesTheWrongExtendedKeyUsage() {
    X509Certificate client = ROOT.leaf().uri(SLEEP).purposes(KeyPurposeId.id_kp_clientAuth).build();
    assertVerified(verify(client));
    assertThat(PeerVerifier.verify(new X509Certificate[] {client}, Side.SERVER, TRUST, NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_KEY_USAGE));
    assertRefused(
        Refusal.PEER_KEY_USAGE,
        ROOT.leaf().uri(SLEEP).purposes(KeyPurposeId.id_kp_serverAuth).build());
    assertRefused(
        Refusal.PEER_KEY_USAGE,
        ROOT.leaf().uri(SLEEP).purposes(KeyPurposeId.anyExtendedKeyUsage).build());
  }

  @Test
  void takesAnAbsentExtendedKeyUsage() {
    assertVerified(verify(ROOT.leaf().uri(SLEEP).purposes().build()));
  }

  @Test
  void refusesAKeyThatMayNotSign() {
    assertRefused(
        Refusal.PEER_KEY_USAGE, ROOT.leaf().uri(SLEEP).usage(KeyUsage.keyEncipherment).build());
  }

  @Test
  void refusesAnAuthorityAsAPeer() {
    assertRefused(Refusal.PEER_NOT_A_LEAF, ROOT.leaf().uri(SLEEP).authority().build());
    assertRefused(
        Refusal.PEER_NOT_A_LEAF, ROOT.leaf().uri(SLEEP).basicConstraintsOfAnAuthority().build());
    int both = KeyUsage.digitalSignature | KeyUsage.keyCertSign;
    assertRefused(Refusal.PEER_NOT_A_LEAF, ROOT.leaf().uri(SLEEP).usage(both).build());
  }

  @Test
  void refusesAWeakKey() {
    assertRefused(
        Refusal.PEER_WEAK_CRYPTOGRAPHY, ROOT.leaf().uri(SLEEP).keys(TestCa.rsa(1024)).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA1withECDSA", "SHA224withECDSA"})
  void refusesAWeakSignature(String algorithm) {
    assertRefused(
        Refusal.PEER_WEAK_CRYPTOGRAPHY, ROOT.leaf().uri(SLEEP).signature(algorithm).build());
  }

  @Test
  void refusesAWeakDigestInsidePss() {
    TestCa rsa = TestCa.create("rsa", TestCa.rsa(2048), NOW);
    X509Certificate[] chain = {rsa.leaf().uri(SLEEP).signature("SHA1withRSAandMGF1").build()};
    assertThat(PeerVerifier.verify(chain, Side.CLIENT, trust(rsa), NOW))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_WEAK_CRYPTOGRAPHY));
  }

  @Test
  void refusesWeaknessAnywhereOnThePath() {
    var weak = TestCa.rsa(1024);
    X509Certificate middle = ROOT.leaf().subject("middle").keys(weak).authority().build();
    X509Certificate leaf = TestCa.create("middle", weak, NOW).leaf().uri(SLEEP).build();
    assertRefused(Refusal.PEER_WEAK_CRYPTOGRAPHY, leaf, middle);
  }

  @Test
  void refusesALongChain() {
    X509Certificate leaf = ROOT.leaf().uri(SLEEP).build();
    X509Certificate root = ROOT.certificate();
    assertVerified(verify(leaf, root, root, root, root));
    assertRefused(Refusal.PEER_CHAIN_TOO_LONG, leaf, root, root, root, root, root);
  }

  @Test
  void refusesNoUri() {
    assertRefused(Refusal.PEER_NO_SPIFFE_ID, ROOT.leaf().build());
    assertRefused(Refusal.PEER_NO_SPIFFE_ID, ROOT.leaf().subject(SLEEP).build());
    assertRefused(Refusal.PEER_NO_SPIFFE_ID, ROOT.leaf().dns("cluster.local").build());
  }

  @Test
  void refusesSeveralUris() {
    assertRefused(Refusal.PEER_SEVERAL_URIS, ROOT.leaf().uri(SLEEP).uri(SLEEP).build());
    assertRefused(
        Refusal.PEER_SEVERAL_URIS, ROOT.leaf().uri("https://x.example").uri(SLEEP).build());
    assertRefused(Refusal.PEER_SEVERAL_URIS, ROOT.leaf().uri(SLEEP).uri("no uri\n").build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://cluster.local/ns/default/sa/sleep",
        "SPIFFE://cluster.local/ns/default/sa/sleep",
        "Spiffe://cluster.local/ns/default/sa/sleep",
        " spiffe://cluster.local/ns/default/sa/sleep",
        "spiffe://cluster.local/ns/default/sa/sleep ",
        "spiffe://cluster.local/ns/default/sa/sleep\n",
        "spiffe://cluster.local/ns/default/sa/sleep\0",
        "spiffe://cluster.local/ns/default/sa/sleep\0.evil",
        "spiffe://cluster.local/ns/default\0/sa/sleep",
        "spiffe://cluster.local\0.evil/ns/default/sa/sleep",
        "spiffe://cluster.local/ns/default/sa/sl\u0001eep",
        "spiffe://cluster.local/ns/default/sa/sl\u00e9ep",
        "spiffe://cluster.local/ns/default/sa/sleep?x=y",
        "spiffe://cluster.local/ns/default/sa/sleep#x",
        "spiffe://cluster.local:443/ns/default/sa/sleep",
        "spiffe://admin@cluster.local/ns/default/sa/sleep",
        "spiffe://Cluster.local/ns/default/sa/sleep",
        "spiffe:///ns/default/sa/sleep",
        "spiffe://cluster.local/ns//sa/sleep",
        "spiffe://cluster.local/ns/../sa/sleep",
        "spiffe://cluster.local/ns/default/sa/%73leep",
        "spiffe://cluster.local/ns/default/sa/sleep/",
        "spiffe://cluster.local/ns/default/sa/sleep/more",
        "spiffe://cluster.local/ns/default/sleep",
        "spiffe://cluster.local/NS/default/SA/sleep",
        "spiffe://cluster.local,spiffe://cluster.local/ns/default/sa/sleep",
      })
  void refusesAMalformedId(String uri) {
    assertRefused(Refusal.PEER_BAD_SPIFFE_ID, ROOT.leaf().uri(uri).build());
  }

  @Test
  void refusesAnEndlessId() {
    String uri = SLEEP + "x".repeat(2049 - SLEEP.length());
    assertRefused(Refusal.PEER_BAD_SPIFFE_ID, ROOT.leaf().uri(uri).build());
  }

  @Test
  void refusesAForeignTrustDomain() {
    assertRefused(
        Refusal.PEER_FOREIGN_TRUST_DOMAIN,
        ROOT.leaf().uri("spiffe://evil.example/ns/default/sa/sleep").build());
  }

  @Test
  void refusesWhatCannotBeRead() {
    // BoringSSL hands over certificates that are parsed at the first question.
    var unreadable = new LazyX509Certificate(new byte[] {0x30, 0});
    assertRefused(Refusal.PEER_MALFORMED, unreadable);
    assertThat(PeerVerifier.identityIn(unreadable))
        .isEqualTo(new PeerVerdict.Refused(Refusal.PEER_MALFORMED));
  }
}
