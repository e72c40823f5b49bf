// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevCaTest {
  private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
  private static final SpiffeId ID = SpiffeId.of("cluster.local", "default", "sleep");
  private static final Instant NOW = TestCa.NOW;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DevCa ca = DevCa.create(DOMAIN, DevCa.DAY, InstantSource.fixed(NOW), RANDOM);

  @TempDir private Path temporary;

  private DevCa open(Path folder, Instant now) throws IOException {
    return DevCa.open(folder, DOMAIN, DevCa.DAY, InstantSource.fixed(now), RANDOM);
  }

  private static PeerVerdict verify(Material peer, Side side, TrustBundle trust) {
    var chain = peer.chain().toArray(new X509Certificate[0]);
    return PeerVerifier.verify(chain, side, trust, NOW);
  }

  @Test
  void issuesWhatBothSidesTake() {
    Material sleep = ca.issue(ID);
    for (Side side : Side.values()) {
      assertThat(verify(sleep, side, ca.trust())).isEqualTo(new PeerVerdict.Verified(ID));
    }
  }

  @Test
  void signsAsTheMeshDoes() throws Exception {
    X509Certificate leaf = ca.issue(ID).leaf();
    assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minusSeconds(10));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(24)));
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(leaf.getSerialNumber()).isPositive();
  }

  @Test
  void issuesEachWithItsOwnKey() {
    Material one = ca.issue(ID);
    Material other = ca.issue(ID);
    assertThat(one.key()).isNotEqualTo(other.key());
    assertThat(one.leaf().getSerialNumber()).isNotEqualTo(other.leaf().getSerialNumber());
    assertThat(Material.of(one.key(), one.chain(), one.trust())).isEqualTo(one);
  }

  @Test
  void isNotTrustedByAnotherMesh() {
    DevCa other = DevCa.create(DOMAIN, DevCa.DAY, InstantSource.fixed(NOW), RANDOM);
    assertThat(verify(ca.issue(ID), Side.CLIENT, other.trust()))
        .isInstanceOf(PeerVerdict.Refused.class);
  }

  @Test
  void exportsItsRoot() {
    assertThat(TrustBundle.parse(ca.rootPem(), ca.trust().domains())).isEqualTo(ca.trust());
  }

  @Test
  void showsNoKey() {
    Material sleep = ca.issue(ID);
    assertThat(sleep.toString()).isEqualTo("Material[" + ID + ", until 2026-11-23T12:00:00Z]");
  }

  @Test
  void issuesFast() {
    long[] nanos = new long[201];
    for (int i = 0; i < nanos.length; i++) {
      long begin = System.nanoTime();
      ca.issue(ID);
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    assertThat(nanos[100]).isLessThan(Duration.ofMillis(5).toNanos());
  }

  @Test
  void survivesInItsFolder() throws Exception {
    Path folder = temporary.resolve("state").resolve("ca");
    Material sleep = open(folder, NOW).issue(ID);
    DevCa again = open(folder, NOW);
    assertThat(verify(sleep, Side.CLIENT, again.trust())).isEqualTo(new PeerVerdict.Verified(ID));
    assertThat(verify(again.issue(ID), Side.CLIENT, sleep.trust()))
        .isEqualTo(new PeerVerdict.Verified(ID));
    assertThat(folder.resolve("root-cert.pem")).hasContent(again.rootPem());
  }

  @Test
  void keepsItsKeyToTheOwner() throws Exception {
    Path folder = temporary.resolve("ca");
    open(folder, NOW);
    Path secret = folder.resolve("ca.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("ca.pem", "root-cert.pem");
  }

  @Test
  void refusesAKeyThatOthersMayRead() throws Exception {
    Path folder = temporary.resolve("ca");
    open(folder, NOW);
    Path secret = folder.resolve("ca.pem");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> open(folder, NOW))
        .isInstanceOf(IOException.class)
        .hasMessage(secret + " may be used by others than its owner: chmod 600 " + secret);
  }

  @Test
  void refusesABrokenOrExpiredRoot() throws Exception {
    Path folder = temporary.resolve("ca");
    open(folder, NOW);
    assertThatThrownBy(() -> open(folder, NOW.plus(Duration.ofDays(4000))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has expired; remove it");
    Files.writeString(folder.resolve("ca.pem"), "nothing");
    assertThatThrownBy(() -> open(folder, NOW))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no certificate in it; remove it");
  }
}
