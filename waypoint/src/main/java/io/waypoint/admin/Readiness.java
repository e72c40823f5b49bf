// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.waypoint.identity.Certificates;
import io.waypoint.identity.Material;
import io.waypoint.world.WorldHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether callers should be sent here: everything that is needed is there, and we are not on the
 * way out. Any thread may ask and tell.
 */
public final class Readiness {
  private record Need(String missing, BooleanSupplier met) {}

  private final List<Need> needs = new CopyOnWriteArrayList<>();
  private volatile boolean draining;
  private volatile Supplier<List<String>> notes = List::of;

  /** Needs a world, a certificate, and a trust bundle that trusts somebody. */
  public static Readiness of(WorldHolder world, Certificates certificates) {
    return new Readiness()
        .needs("configuration: nothing loaded yet", () -> world.current() != null)
        .needs("certificate: none yet", () -> certificates.current() != null)
        .needs("trust bundle: no root yet", () -> trustsSomebody(certificates));
  }

  private static boolean trustsSomebody(Certificates certificates) {
    Material material = certificates.current();
    return material != null && !material.trust().roots().isEmpty();
  }

  /**
   * Adds a need.
   *
   * @param missing one line that says what is missing as long as it is not met
   * @param met asked at every probe; must not block
   */
  public Readiness needs(String missing, BooleanSupplier met) {
    needs.add(new Need(missing, met));
    return this;
  }

  /**
   * Adds what a person should know beside it, ready or not.
   *
   * @param lines asked at every probe; must not block
   */
  public void notes(Supplier<List<String>> lines) {
    notes = lines;
  }

  /** What a person should know, a line each. */
  public List<String> notes() {
    return notes.get();
  }

  /** From now on we are not ready, whatever else is there. */
  public void drain() {
    draining = true;
  }

  public boolean isDraining() {
    return draining;
  }

  /** What is missing, a line each; empty when we are ready. */
  public List<String> missing() {
    if (draining) {
      return List.of("draining");
    }
    var missing = new ArrayList<String>();
    for (Need need : needs) {
      if (!need.met().getAsBoolean()) {
        missing.add(need.missing());
      }
    }
    return missing;
  }
}
