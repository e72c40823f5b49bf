// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.Verdict;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What policy judges is what the next hop reads, whatever a caller wrote: a head that was made
 * canonical and written once more is read as itself and judged the same (policies.md 1.23, 7.4,
 * 9.10). The same through real tunnels: {@code JudgedIsForwardedIT}.
 */
class JudgedIsForwardedTest {
  private static final int PAIRS = 1_000_000;
  private static final int REQUESTS = 250;

  @Test
  void theNextHopReadsAndJudgesWhatWasJudgedHere() {
    var random = new RandomHeads(20251128);
    int pairs = 0;
    int refused = 0;
    int denied = 0;
    int changed = 0;
    for (int set = 0; pairs < PAIRS; set++) {
      PolicySet policies = random.policies();
      PathNormalization mode = PathNormalization.values()[set % PathNormalization.values().length];
      for (int i = 0; i < REQUESTS; i++) {
        RandomHeads.Head raw = random.head();
        StatedHead head = StatedHead.read(raw.method(), raw.host(), raw.target(), mode);
        if (head.refusal() != null || !raw.isLine()) {
          refused++;
          continue;
        }
        Verdict judged = policies.check(RandomHeads.facts(raw.method(), head));
        String line = raw.method() + " " + Objects.requireNonNull(head.target()) + " HTTP/1.1";
        StatedHead next = readAgain(line, head.authority(), mode);
        if (!next.equals(head)
            || !policies.check(RandomHeads.facts(raw.method(), next)).equals(judged)) {
          assertThat(next).as("%s of %s, written as %s", mode, raw, line).isEqualTo(head);
          assertThat(line).as("judged otherwise: %s of %s", mode, raw).isEmpty();
        }
        pairs++;
        denied += judged.allowed() ? 0 : 1;
        changed += raw.target().equals(String.valueOf(head.target())) ? 0 : 1;
      }
    }
    System.out.printf(
        "judged is forwarded: %d pairs, %d denied, %d targets changed, %d requests refused%n",
        pairs, denied, changed, refused);
    assertThat(denied).isBetween(pairs / 10, pairs * 9 / 10);
    assertThat(changed).isGreaterThan(pairs / 10);
  }

  /** As the next hop does: its line has exactly two spaces, or it is another line. */
  private static StatedHead readAgain(String line, String authority, PathNormalization mode) {
    int first = line.indexOf(' ');
    int second = line.indexOf(' ', first + 1);
    assertThat(line.length() - second).isEqualTo(" HTTP/1.1".length());
    return StatedHead.read(
        line.substring(0, first), authority, line.substring(first + 1, second), mode);
  }
}
