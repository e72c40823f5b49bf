// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import io.vertx.core.Vertx;
import io.waypoint.identity.Certificates;
import io.waypoint.identity.Material;
import io.waypoint.identity.RotatingCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.TrustBundle;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our certificate from istiod's authority. It is renewed when half of its life is over, and soon
 * after the roots of the mesh have changed. While istiod refuses or is away the old one serves
 * until it ends, and {@link #problem} says since when.
 */
public final class IstiodCertificates implements Certificates {
  private static final Duration ROOT_CHANGE_SPREAD = Duration.ofSeconds(10);

  /** What it lives on. The scheduler must not be an event loop. */
  public record Surroundings(
      Vertx vertx, InstantSource clock, Scheduler scheduler, SecureRandom random) {}

  private record Trouble(Instant since, String what) {}

  private final Surroundings around;
  private final TrustFiles trust;
  private final Supplier<Set<TrustDomain>> domains;
  private final Istiod istiod;
  private volatile @Nullable RotatingCertificates rotating;
  private volatile @Nullable Trouble trouble;
  private volatile List<X509Certificate> roots = List.of();

  private IstiodCertificates(
      IstiodSettings settings, Supplier<Set<TrustDomain>> domains, Surroundings around) {
    this.around = around;
    this.domains = domains;
    this.trust = TrustFiles.open(settings, around.scheduler());
    this.istiod = new Istiod(around.vertx(), settings, trust, this::current, around.clock());
  }

  /**
   * Asks for the first certificate at once.
   *
   * @param identity who we are; namespace and service account must be what istiod says
   * @param domains our trust domain and its aliases, asked for at each use
   */
  public static IstiodCertificates start(
      IstiodSettings settings,
      SpiffeId identity,
      Supplier<Set<TrustDomain>> domains,
      Surroundings around) {
    var certificates = new IstiodCertificates(settings, domains, around);
    certificates.begin(identity);
    return certificates;
  }

  private void begin(SpiffeId identity) {
    roots = rootsOfFile();
    var issuer =
        new IstiodIssuer(
            around.vertx(), istiod, identity, this::bundle, around.clock(), around.random());
    rotating =
        RotatingCertificates.start(
            () -> noted(issuer), around.clock(), around.scheduler(), around.random());
    trust.onChange(this::trustChanged);
  }

  private CompletionStage<Material> noted(IstiodIssuer issuer) {
    return issuer
        .issue()
        .whenComplete((material, failure) -> {
          if (failure == null) {
            trouble = null;
            return;
          }
          Trouble before = trouble;
          Instant since = before == null ? around.clock().instant() : before.since();
          trouble = new Trouble(since, String.valueOf(failure.getMessage()));
        });
  }

  /** The roots of the cluster's file; an unreadable file has none. */
  private TrustBundle bundle() {
    TrustBundle file = trust.bundle();
    return file == null
        ? new TrustBundle(List.of(), domains.get())
        : new TrustBundle(file.roots(), domains.get(), file.revocations());
  }

  private List<X509Certificate> rootsOfFile() {
    TrustBundle file = trust.bundle();
    return file == null ? List.of() : file.roots();
  }

  /**
   * New roots are trusted at once, and old ones until istiod has certified us anew: it tells all
   * that count. Many proxies see the change at the same moment, so each waits a little.
   */
  private void trustChanged() {
    List<X509Certificate> before = roots;
    roots = rootsOfFile();
    refreshTrust();
    if (!before.equals(roots)) {
      boolean urgent = current() == null;
      double share = urgent ? 0 : around.random().nextDouble();
      around
          .scheduler()
          .after(
              Duration.ofNanos((long) (ROOT_CHANGE_SPREAD.toNanos() * share)),
              Objects.requireNonNull(rotating)::renew);
    }
  }

  /** Asks for another certificate now. */
  public void renew() {
    RotatingCertificates running = rotating;
    if (running != null) {
      running.renew();
    }
  }

  /** To be called when the trust domains have changed. */
  public void refreshTrust() {
    RotatingCertificates running = rotating;
    if (running != null) {
      running.retrust(this::joined);
    }
  }

  private TrustBundle joined(TrustBundle used) {
    TrustBundle file = bundle();
    Set<X509Certificate> all = new LinkedHashSet<>(file.roots());
    all.addAll(used.roots());
    return new TrustBundle(List.copyOf(all), file.domains(), file.revocations());
  }

  @Override
  public @Nullable Material current() {
    RotatingCertificates running = rotating;
    return running == null ? null : running.current();
  }

  /** The way to istiod, with what we have to prove ourselves. */
  public Istiod istiod() {
    return istiod;
  }

  /** What keeps us from a new certificate and since when, or null. */
  public @Nullable String problem() {
    Trouble now = trouble;
    String files = trust.problem();
    if (now == null) {
      return files;
    }
    Material material = current();
    String left = material == null ? "there is none" : "the present one ends " + material.expiry();
    String said = "no new certificate since %s (%s): %s".formatted(now.since(), left, now.what());
    return files == null ? said : said + "; " + files;
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return Objects.requireNonNull(rotating).onChange(listener);
  }

  @Override
  public void close() {
    trust.close();
    Objects.requireNonNull(rotating).close();
  }
}
