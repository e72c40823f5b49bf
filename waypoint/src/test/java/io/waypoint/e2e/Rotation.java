// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.waypoint.dev.ztunnel.LoopbackZtunnel;
import io.waypoint.identity.Certificates;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.identity.RotatingCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.rbac.identity.SpiffeId;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Everybody's certificates, which change when the test says so. The waypoint's go through the
 * production rotation, whose timer is the test.
 */
final class Rotation implements LoopbackZtunnel.Identities {
  private final DevCa ca;
  private final Map<SpiffeId, List<Material>> issued = new ConcurrentHashMap<>();
  private final AtomicReference<Runnable> renewal = new AtomicReference<>();
  private final AtomicInteger rotations = new AtomicInteger();
  private final Certificates waypoint;

  /**
   * @param lifetime of each certificate
   */
  Rotation(Duration lifetime) {
    InstantSource clock = InstantSource.system();
    ca = DevCa.create(Node.DOMAIN, lifetime, clock, new SecureRandom());
    Scheduler timer =
        (delay, task) -> {
          renewal.set(task);
          return () -> {};
        };
    waypoint =
        RotatingCertificates.start(
            () -> CompletableFuture.completedFuture(issue(Node.WAYPOINT)),
            clock,
            timer,
            new Random(1));
  }

  private Material issue(SpiffeId id) {
    Material material = ca.issue(id);
    all(id).add(material);
    return material;
  }

  private List<Material> all(SpiffeId id) {
    return issued.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>());
  }

  /** Asked at each handshake. */
  @Override
  public synchronized Material of(SpiffeId id) {
    List<Material> materials = all(id);
    return materials.isEmpty() ? issue(id) : materials.getLast();
  }

  Certificates waypoint() {
    return waypoint;
  }

  /** New certificates for everybody. */
  void rotate() {
    issued.keySet().stream().filter(id -> !id.equals(Node.WAYPOINT)).forEach(this::issue);
    renewal.get().run();
    rotations.incrementAndGet();
  }

  /** How often everybody's have changed. */
  int count() {
    return rotations.get();
  }

  /** Which of somebody's certificates a handshake shows that begins now. */
  int generation(SpiffeId id) {
    Material material = id.equals(Node.WAYPOINT) ? waypoint.current() : of(id);
    return generation(id, material.leaf().getSerialNumber());
  }

  /** Which of somebody's certificates this is, from 1; 0 when it is none of them. */
  int generation(SpiffeId id, BigInteger serial) {
    List<BigInteger> serials =
        all(id).stream().map(material -> material.leaf().getSerialNumber()).toList();
    return serials.indexOf(serial) + 1;
  }
}
