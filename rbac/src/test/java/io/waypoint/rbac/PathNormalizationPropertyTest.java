// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every path that is not refused. */
class PathNormalizationPropertyTest {
  private static final List<String> PIECES =
      List.of(
          "/", "//", "\\", "..", ".", "...", ";", ";x", "a", "admin", "%", "%2", "%2e", "%2E",
          "%2f", "%2F", "%5c", "%5C", "%25", "%252e", "%41", "%61", "%7E", "%zz", "%3B", "%3f",
          "%23", " ", "\u00e4", "{", "5", "2", "e", "f", "F", "%c0%af", "%30", "%32", "%46", "%65",
          "|", "[");
  private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(;[^/]*)?(/|$)");
  private static final Pattern ENCODED_SLASH = Pattern.compile("%2[fF]|%5[cC]");
  private static final Pattern FORBIDDEN = Pattern.compile("[\\\\#? ]");
  private static final int CASES = 350_000;

  @ParameterizedTest
  @EnumSource(value = PathNormalization.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isIdempotentAndLeavesNoDotSegment(PathNormalization mode) {
    var random = new Random(20250921);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      String raw = path(random);
      String once = mode.normalize(raw);
      if (once == null) {
        refused++;
        continue;
      }
      if (!holds(mode, once)) {
        assertThat(once).as(mode + " of " + raw).isEqualTo(mode.normalize(once));
        assertThat(once).as(mode + " of " + raw).isEmpty();
      }
    }
    assertThat(refused).isBetween(1, CASES / 2);
  }

  /** Assertions of AssertJ cost more than what is asserted; a million of them is too many. */
  private static boolean holds(PathNormalization mode, String once) {
    boolean merged = mode == PathNormalization.BASE || !once.contains("//");
    boolean decoded =
        mode != PathNormalization.DECODE_AND_MERGE_SLASHES || !ENCODED_SLASH.matcher(once).find();
    return once.equals(mode.normalize(once))
        && once.startsWith("/")
        && !FORBIDDEN.matcher(once).find()
        && !DOT_SEGMENT.matcher(once).find()
        && merged
        && decoded;
  }

  private static String path(Random random) {
    var path = new StringBuilder("/");
    for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
      path.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return path.toString();
  }
}
