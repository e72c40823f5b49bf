// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.Shadow;
import io.waypoint.rbac.Verdict;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What dry-run policies would have decided, counted; from any thread. */
public final class DryRuns {
  private final Counts allow = new Counts();
  private final Counts deny = new Counts();
  private final Counts custom = new Counts();

  private static final class Counts {
    final LongAdder allowed = new LongAdder();
    final LongAdder denied = new LongAdder();

    void add(@Nullable Verdict verdict) {
      if (verdict != null) {
        (verdict.allowed() ? allowed : denied).increment();
      }
    }

    void show(ProcessMeters meters, String action) {
      meters.dryRun(action, "allowed", allowed::sum);
      meters.dryRun(action, "denied", denied::sum);
    }
  }

  void show(ProcessMeters meters) {
    allow.show(meters, "allow");
    deny.show(meters, "deny");
    custom.show(meters, "custom");
  }

  public void count(Shadow shadow) {
    allow.add(shadow.allow());
    deny.add(shadow.deny());
    custom.add(shadow.custom());
  }
}
