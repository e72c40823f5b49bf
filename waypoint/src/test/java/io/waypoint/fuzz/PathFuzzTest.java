// SPDX-License-Identifier: Apache-2.0
package io.waypoint.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever bytes a request target has, what comes out is one canonical path or a refusal
 * (policies.md 1D, 7.4, 9.10). The first byte picks the mode.
 */
class PathFuzzTest {
  /** What {@code .ci/fuzz} runs, guided by coverage; a build only replays the corpus. */
  public static void fuzzerTestOneInput(byte[] data) {
    new PathFuzzTest().aTargetHasOneCanonicalFormOrNone(data);
  }

  @FuzzTest(maxDuration = "10m")
  void aTargetHasOneCanonicalFormOrNone(byte[] data) {
    if (data.length == 0) {
      return;
    }
    PathNormalization mode =
        PathNormalization.values()[(data[0] & 0xff) % PathNormalization.values().length];
    String raw = new String(Arrays.copyOfRange(data, 1, data.length), StandardCharsets.ISO_8859_1);
    RequestTarget target = mode.target(raw);
    if (target == null) {
      return;
    }
    String path = target.path();
    assertThat(path).startsWith("/").doesNotContain("#", "?", "%00");
    assertThat(path.chars()).allMatch(c -> c > 0x1f && c != 0x7f);
    if (mode == PathNormalization.NONE) {
      return;
    }
    List<String> segments = Arrays.asList(path.split("/", -1));
    assertThat(segments).noneMatch(segment -> isDots(segment));
    assertThat(path).doesNotContain("\\").isEqualTo(mode.normalize(path));
    if (mode != PathNormalization.BASE) {
      assertThat(path).doesNotContain("//");
    }
  }

  /** A server that drops parameters would climb there. */
  private static boolean isDots(String segment) {
    int semicolon = segment.indexOf(';');
    String name = semicolon < 0 ? segment : segment.substring(0, semicolon);
    return name.equals(".") || name.equals("..");
  }
}
