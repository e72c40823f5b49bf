// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that somebody else puts into files and replaces there. The files are read every
 * second and compared by content, so it does not matter how they are replaced; a change that does
 * not fit together keeps the last good one and is reported once.
 */
public final class FileCertificates implements Certificates {
  private static final Logger log = LoggerFactory.getLogger(FileCertificates.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final long LARGEST = 1 << 20;

  /** The three files, all PEM: the chain with the leaf first, the key of the leaf, the roots. */
  public record Location(Path chain, Path key, Path roots) {
    /** What the usual issuers call them, ours first: cert-manager and then SPIRE. */
    private static final List<List<String>> NAMES =
        List.of(
            List.of("cert-chain.pem", "key.pem", "root-cert.pem"),
            List.of("tls.crt", "tls.key", "ca.crt"),
            List.of("svid.pem", "svid_key.pem", "svid_bundle.pem"));

    /** Those of a folder, by the first spelling whose certificate is there. */
    public static Location in(Path folder) {
      for (List<String> names : NAMES) {
        if (Files.exists(folder.resolve(names.getFirst()))) {
          return of(folder, names);
        }
      }
      return of(folder, NAMES.getFirst());
    }

    private static Location of(Path folder, List<String> names) {
      return new Location(
          folder.resolve(names.get(0)), folder.resolve(names.get(1)), folder.resolve(names.get(2)));
    }
  }

  /** Not a record: its text form would show the key. */
  private static final class Content {
    private final String chain;
    private final String key;
    private final String roots;

    Content(Location location) throws IOException {
      chain = read(location.chain());
      key = read(location.key());
      roots = read(location.roots());
    }

    boolean same(Content other) {
      return chain.equals(other.chain) && key.equals(other.key) && roots.equals(other.roots);
    }
  }

  private final Location location;
  private final Supplier<Set<TrustDomain>> domains;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final Current current;

  private @Nullable Content judged;
  private Set<TrustDomain> judgedWith = Set.of();
  private volatile @Nullable String problem;
  private Scheduler.@Nullable Task next;
  private boolean closed;

  private FileCertificates(
      Location location,
      Supplier<Set<TrustDomain>> domains,
      InstantSource clock,
      Scheduler scheduler) {
    this.location = location;
    this.domains = domains;
    this.clock = clock;
    this.scheduler = scheduler;
    this.current = new Current(clock);
  }

  /**
   * Reads the files once, and from then on every second. When the first reading fails there is a
   * {@link #problem} and nothing current.
   *
   * @param domains the trust domains whose peers are taken, asked for at each reading
   */
  public static FileCertificates open(
      Location location,
      Supplier<Set<TrustDomain>> domains,
      InstantSource clock,
      Scheduler scheduler) {
    var certificates = new FileCertificates(location, domains, clock, scheduler);
    certificates.poll();
    return certificates;
  }

  @Override
  public @Nullable Material current() {
    return current.get();
  }

  /** What is wrong with the files as they are now; null when nothing is. */
  public @Nullable String problem() {
    return problem;
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

  private void poll() {
    Material changed = null;
    synchronized (this) {
      if (closed) {
        return;
      }
      try {
        changed = reload();
      } catch (IOException e) {
        // Even what comes back unchanged is judged again, or the report would stay.
        judged = null;
        report(
            e instanceof NoSuchFileException ? e.getMessage() + " does not exist" : e.toString());
      } catch (RuntimeException e) {
        report(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
      }
      next = scheduler.after(PERIOD, this::poll);
    }
    if (changed != null) {
      current.set(changed);
    }
  }

  /** Null when the files say what they said the last time. */
  private @Nullable Material reload() throws IOException {
    var content = new Content(location);
    Set<TrustDomain> taken = domains.get();
    if (judged != null && judged.same(content) && judgedWith.equals(taken)) {
      return null;
    }
    judged = content;
    judgedWith = taken;
    var trust = in(location.roots(), () -> TrustBundle.parse(content.roots, taken));
    var chain = in(location.chain(), () -> Pem.certificates(content.chain));
    var key = in(location.key(), () -> Pem.privateKey(content.key));
    Material material = in(location.chain(), () -> Material.of(key, chain, trust));
    if (clock.instant().isAfter(material.expiry())) {
      throw new IllegalArgumentException(location.chain() + ": expired " + material.expiry());
    }
    problem = null;
    return material;
  }

  private void report(String what) {
    if (!what.equals(problem)) {
      log.atWarn().addKeyValue("problem", what).log("certificate files not taken");
    }
    problem = what;
  }

  private interface Step<T> {
    T take();
  }

  private static <T> T in(Path file, Step<T> step) {
    try {
      return step.take();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is larger than 1 MiB");
    }
    return Files.readString(file);
  }
}
