// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import static io.waypoint.identity.istiod.DevIstiod.WAYPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.identity.Material;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.identity.PeerVerifier;
import io.waypoint.identity.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IstiodCertificatesTest {
  @TempDir private Path folder;

  @Test
  void aCertificateOfOursComesFromIstiod() throws IOException {
    try (var istiod = new DevIstiod(folder);
        var certificates = istiod.certificates()) {
      Material material = awaitMaterial(certificates);
      assertThat(material.id()).isEqualTo(WAYPOINT);
      assertThat(material.trust().roots()).isEqualTo(istiod.ca().trust().roots());
      X509Certificate[] chain = material.chain().toArray(X509Certificate[]::new);
      assertThat(chain).hasSize(1);
      assertThat(PeerVerifier.verify(chain, Side.CLIENT, istiod.ca().trust(), Instant.now()))
          .isEqualTo(new PeerVerdict.Verified(WAYPOINT));
      assertThat(certificates.problem()).isNull();
    }
  }

  @Test
  void aRefusedTokenIsAProblemWithADateUntilItIsReplaced() throws IOException {
    try (var istiod = new DevIstiod(folder)) {
      istiod.writeToken("forged");
      try (var certificates = istiod.certificates()) {
        Until.holds(() -> certificates.problem() != null, certificates::problem);
        assertThat(certificates.problem())
            .contains("no new certificate since", "there is none", "UNAUTHENTICATED");
        assertThat(certificates.current()).isNull();
        istiod.writeToken(DevIstiod.TOKEN);
        awaitMaterial(certificates);
        assertThat(certificates.problem()).isNull();
      }
    }
  }

  @Test
  void renewalGoesByTheCertificateWhenTheTokenIsRefused() throws IOException {
    try (var istiod = new DevIstiod(folder, Duration.ofSeconds(4));
        var certificates = istiod.certificates()) {
      Material first = awaitMaterial(certificates);
      istiod.expectToken("another", WAYPOINT);
      awaitOtherThan(first, certificates);
      assertThat(certificates.problem()).isNull();
    }
  }

  @Test
  void istiodThatIsAwayLeavesTheOldCertificateInUse() throws IOException {
    try (var istiod = new DevIstiod(folder, Duration.ofSeconds(8));
        var certificates = istiod.certificates()) {
      Material first = awaitMaterial(certificates);
      int port = istiod.stop();
      Until.holds(() -> certificates.problem() != null, certificates::problem);
      assertThat(certificates.current()).isEqualTo(first);
      assertThat(certificates.problem()).contains("the present one ends");
      istiod.start(port);
      awaitOtherThan(first, certificates);
    }
  }

  @Test
  void withoutRootNobodyIsTakenForIstiod() throws IOException {
    try (var istiod = new DevIstiod(folder)) {
      java.nio.file.Files.delete(folder.resolve("root-cert.pem"));
      try (var certificates = istiod.certificates()) {
        Until.holds(
            () ->
                String.valueOf(certificates.problem())
                    .contains("does not chain to a root we trust"),
            certificates::problem);
        assertThat(certificates.problem()).contains("root-cert.pem does not exist");
        istiod.writeRoot();
        awaitMaterial(certificates);
      }
    }
  }

  @Test
  void anotherServerIsNotTakenForIstiod() throws IOException {
    try (var istiod = new DevIstiod(folder);
        var certificates =
            IstiodCertificates.start(
                new IstiodSettings(
                    "127.0.0.1",
                    istiod.plane().port(),
                    "istiod.elsewhere.svc",
                    istiod.settings().roots(),
                    istiod.settings().revocations(),
                    istiod.settings().token(),
                    "Kubernetes",
                    Duration.ofHours(1)),
                WAYPOINT,
                () -> DevIstiod.DOMAINS,
                istiod.surroundings())) {
      Until.holds(() -> certificates.problem() != null, certificates::problem);
      assertThat(certificates.problem()).contains("is not the workload we meant to reach");
    }
  }

  private static Material awaitMaterial(IstiodCertificates certificates) {
    Until.holds(() -> certificates.current() != null, certificates::problem);
    return java.util.Objects.requireNonNull(certificates.current());
  }

  private static void awaitOtherThan(Material first, IstiodCertificates certificates) {
    Until.holds(
        () -> {
          Material now = certificates.current();
          return now != null && !now.leaf().equals(first.leaf());
        },
        certificates::problem);
    assertThat(List.of(first)).doesNotContain(certificates.current());
  }
}
