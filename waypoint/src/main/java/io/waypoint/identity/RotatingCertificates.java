// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates from an authority that signs on request, renewed when about half of their life is
 * over.
 *
 * <pre>
 *  start ─► request ─┬─► succeeded ─► wait 0.4 to 0.6 of what is left to live ─┐
 *              ▲     └─► failed ────► wait 1 s, 2 s, 4 s, … 150 s, each ± 20 % ┤
 *              └───────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * The old certificate serves until it expires, however often the authority fails.
 */
public final class RotatingCertificates implements Certificates {
  private static final Logger log = LoggerFactory.getLogger(RotatingCertificates.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(150);

  /** Asks for one new certificate with a new key. */
  public interface Issuer {
    CompletionStage<Material> issue();
  }

  private final Issuer issuer;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Current current;

  private Duration retry = FIRST_RETRY;
  private Scheduler.@Nullable Task next;
  private boolean closed;

  private RotatingCertificates(
      Issuer issuer, InstantSource clock, Scheduler scheduler, RandomGenerator random) {
    this.issuer = issuer;
    this.clock = clock;
    this.scheduler = scheduler;
    this.random = random;
    this.current = new Current(clock);
  }

  /** Asks for the first certificate at once, on the calling thread. */
  public static RotatingCertificates start(
      Issuer issuer, InstantSource clock, Scheduler scheduler, RandomGenerator random) {
    var certificates = new RotatingCertificates(issuer, clock, scheduler, random);
    certificates.request();
    return certificates;
  }

  @Override
  public @Nullable Material current() {
    return current.get();
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return current.onChange(listener);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel();
    }
  }

  /**
   * Asks for a new certificate now instead of at its time. While one is on its way this does
   * nothing.
   */
  public void renew() {
    synchronized (this) {
      if (closed || next == null) {
        return;
      }
      next.cancel();
    }
    request();
  }

  /** Trusts somebody else from now on, with the certificate that is in use. */
  public void retrust(UnaryOperator<TrustBundle> change) {
    Material material = current.get();
    if (material != null) {
      current.replace(
          material,
          new Material(
              material.id(), material.key(), material.chain(), change.apply(material.trust())));
    }
  }

  private void request() {
    synchronized (this) {
      next = null;
    }
    CompletionStage<Material> answer;
    try {
      answer = issuer.issue();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete(this::answered);
  }

  private void answered(@Nullable Material material, @Nullable Throwable failure) {
    if (material != null && material.expiry().isAfter(clock.instant())) {
      succeeded(material);
    } else {
      failed(failure);
    }
  }

  private void succeeded(Material material) {
    synchronized (this) {
      if (closed) {
        return;
      }
      retry = FIRST_RETRY;
      Duration left = Duration.between(clock.instant(), material.expiry());
      schedule(scaled(left, 0.4, 0.6));
    }
    current.set(material);
  }

  private synchronized void failed(@Nullable Throwable failure) {
    if (closed) {
      return;
    }
    Duration delay = scaled(retry, 0.8, 1.2);
    log.atWarn()
        .addKeyValue("retry", delay)
        .setCause(failure)
        .log(failure == null ? "authority issued an expired certificate" : "no new certificate");
    retry = shorter(retry.multipliedBy(2), LAST_RETRY);
    schedule(shorter(delay, LAST_RETRY));
  }

  private void schedule(Duration delay) {
    next = scheduler.after(delay, this::request);
  }

  private Duration scaled(Duration duration, double least, double most) {
    return Duration.ofNanos((long) (duration.toNanos() * random.nextDouble(least, most)));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
