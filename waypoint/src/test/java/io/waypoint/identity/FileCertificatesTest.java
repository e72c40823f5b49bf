// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCertificatesTest {
  private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
  private static final SpiffeId ID = SpiffeId.of("cluster.local", "default", "waypoint");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime(TestCa.NOW);
  private final DevCa ca = DevCa.create(DOMAIN, DevCa.DAY, time, new SecureRandom());

  @TempDir private Path folder;
  private FileCertificates.Location location;

  @BeforeEach
  void fill() throws IOException {
    location =
        new FileCertificates.Location(
            folder.resolve("chain.pem"), folder.resolve("key.pem"), folder.resolve("roots.pem"));
    write(ca.issue(ID));
  }

  private void write(Material material) throws IOException {
    Files.writeString(location.chain(), Pem.write(material.chain()));
    Files.writeString(location.key(), Pem.write(List.of(material.key())));
    Files.writeString(location.roots(), material.trust().pem());
  }

  private FileCertificates open() {
    return FileCertificates.open(location, () -> Set.of(DOMAIN), time, time);
  }

  private static Material now(Certificates certificates) {
    return Objects.requireNonNull(certificates.current());
  }

  @Test
  void readsTheFiles() {
    try (var certificates = open()) {
      assertThat(now(certificates).id()).isEqualTo(ID);
      assertThat(now(certificates).trust()).isEqualTo(ca.trust());
      assertThat(certificates.problem()).isNull();
    }
  }

  @Test
  void readsKeysInEitherForm() throws Exception {
    var curves = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    curves.initialize(256);
    for (KeyPair keys : List.of(curves.generateKeyPair(), TestCa.rsa(2048))) {
      var leaf = TestCa.create("root").leaf().uri(ID.uri()).keys(keys).build();
      Files.writeString(location.chain(), Pem.write(List.of(leaf)));
      var old = new StringWriter();
      try (var writer = new JcaPEMWriter(old)) {
        writer.writeObject(keys.getPrivate());
      }
      assertThat(old.toString()).containsPattern("BEGIN (EC|RSA) PRIVATE KEY");
      for (String pem : List.of(old.toString(), Pem.write(List.of(keys.getPrivate())))) {
        Files.writeString(location.key(), pem);
        try (var certificates = open()) {
          assertThat(certificates.problem()).isNull();
          assertThat(now(certificates).leaf()).isEqualTo(leaf);
        }
      }
    }
  }

  @Test
  void takesAChangeWithinASecond() throws Exception {
    try (var certificates = open()) {
      var heard = new AtomicInteger();
      certificates.onChange(heard::incrementAndGet);
      Material next = ca.issue(ID);
      write(next);
      time.advance(SECOND);
      assertThat(now(certificates).leaf()).isEqualTo(next.leaf());
      time.advance(Duration.ofSeconds(5));
      assertThat(heard).hasValue(1);
    }
  }

  @Test
  void followsASymbolicLinkThatIsSwapped() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    Path data = folder.resolve("data");
    for (Path version : List.of(one, two)) {
      location =
          new FileCertificates.Location(
              version.resolve("c"), version.resolve("k"), version.resolve("r"));
      write(ca.issue(ID));
    }
    Files.createSymbolicLink(data, one);
    location =
        new FileCertificates.Location(data.resolve("c"), data.resolve("k"), data.resolve("r"));
    try (var certificates = open()) {
      Material first = now(certificates);
      Files.createSymbolicLink(folder.resolve("next"), two);
      Files.move(folder.resolve("next"), data, StandardCopyOption.REPLACE_EXISTING);
      time.advance(SECOND);
      assertThat(now(certificates).leaf()).isNotEqualTo(first.leaf());
    }
  }

  @Test
  void keepsTheLastGoodOverAKeyThatDoesNotFitAndSaysSo() throws Exception {
    try (var certificates = open()) {
      Material first = now(certificates);
      Material next = ca.issue(ID);
      Files.writeString(location.chain(), Pem.write(next.chain()));
      time.advance(SECOND);
      assertThat(certificates.current()).isSameAs(first);
      assertThat(certificates.problem())
          .isEqualTo(location.chain() + ": the private key does not belong to the certificate");
      Files.writeString(location.key(), Pem.write(List.of(next.key())));
      time.advance(SECOND);
      assertThat(now(certificates).leaf()).isEqualTo(next.leaf());
      assertThat(certificates.problem()).isNull();
    }
  }

  @Test
  void namesTheFileThatIsBad() throws Exception {
    try (var certificates = open()) {
      Material first = now(certificates);
      Files.writeString(location.roots(), "nothing");
      time.advance(SECOND);
      assertThat(certificates.problem())
          .isEqualTo(location.roots() + ": there is no certificate in it");
      write(ca.issue(ID));
      Files.writeString(location.key(), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
      time.advance(SECOND);
      assertThat(certificates.problem()).startsWith(location.key() + ": ").doesNotContain("AAAA");
      var twoNames = TestCa.create("root").leaf().uri(ID.uri()).uri(ID.uri()).build();
      Files.writeString(location.chain(), Pem.write(List.of(twoNames)));
      Files.writeString(location.key(), Pem.write(List.of(first.key())));
      time.advance(SECOND);
      assertThat(certificates.problem())
          .isEqualTo(
              location.chain()
                  + ": our own certificate is of no use: the certificate has more than one URI");
      assertThat(certificates.current()).isSameAs(first);
    }
  }

  @Test
  void forgetsTheProblemWhenAVanishedFileComesBackUnchanged() throws Exception {
    try (var certificates = open()) {
      Path aside = folder.resolve("aside");
      Files.move(location.key(), aside);
      time.advance(SECOND);
      assertThat(certificates.problem()).isEqualTo(location.key() + " does not exist");
      assertThat(certificates.current()).isNotNull();
      Files.move(aside, location.key());
      time.advance(SECOND);
      assertThat(certificates.problem()).isNull();
    }
  }

  @Test
  void waitsForFilesThatAreNotThereYet() throws Exception {
    Files.delete(location.chain());
    try (var certificates = open()) {
      assertThat(certificates.current()).isNull();
      assertThat(certificates.problem()).isEqualTo(location.chain() + " does not exist");
      write(ca.issue(ID));
      time.advance(SECOND);
      assertThat(certificates.current()).isNotNull();
    }
  }

  @Test
  void refusesTheExpiredAndEndsWithTheOldOne() throws Exception {
    write(DevCa.create(DOMAIN, Duration.ofMinutes(1), time, new SecureRandom()).issue(ID));
    try (var certificates = open()) {
      assertThat(certificates.current()).isNotNull();
      time.advance(Duration.ofSeconds(61));
      assertThat(certificates.current()).isNull();
    }
    try (var certificates = open()) {
      assertThat(certificates.current()).isNull();
      assertThat(certificates.problem()).contains("expired");
    }
  }

  @Test
  void refusesAnEndlessFile() throws Exception {
    Files.write(location.roots(), new byte[(1 << 20) + 1]);
    try (var certificates = open()) {
      assertThat(certificates.problem()).contains("larger than 1 MiB");
    }
  }

  @Test
  void readsNothingAfterItsEnd() {
    open().close();
    assertThat(time.next()).isEmpty();
  }
}
