// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void aFileThatGrowsBesideTheFolderIsNotHeardButEveryChangeWithinIs(@TempDir Path parent)
      throws Exception {
    Path folder = Files.createDirectory(parent.resolve("mesh"));
    Path config = Files.writeString(folder.resolve("mesh.yaml"), "a");
    Path log = Files.writeString(parent.resolve("access.log"), "a");
    try (Watch watch = new Watch()) {
      watch.over(Set.of(folder), Set.of(parent));
      // Twice, as discovery does: what was asked for first stays.
      watch.over(Set.of(folder), Set.of(parent));

      Files.writeString(log, "more");
      assertThat(watch.awaitChange(SHORT)).isFalse();
      Files.writeString(config, "b");
      assertThat(watch.awaitChange(LONG)).isTrue();
      watch.awaitQuiet(SHORT);
      Files.move(folder, parent.resolve("old"));
      assertThat(watch.awaitChange(LONG)).isTrue();
    }
  }
}
