// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleWatchTest {
  private final IdleWatch watch = new IdleWatch(Duration.ofSeconds(3));
  private final List<String> ended = new ArrayList<>();

  private IdleWatch.Activity watched(String name) {
    IdleWatch.Activity[] activity = new IdleWatch.Activity[1];
    activity[0] =
        watch.watch(() -> {
          ended.add(name);
          activity[0].end();
        });
    return activity[0];
  }

  private void ticks(int count) {
    for (int i = 0; i < count; i++) {
      watch.tick();
    }
  }

  @Test
  void endsWhatIsQuietForLongerThanTheLimit() {
    watched("quiet");
    IdleWatch.Activity busy = watched("busy");
    ticks(3);
    assertThat(ended).isEmpty();
    busy.touch();
    ticks(1);
    assertThat(ended).containsExactly("quiet");
    assertThat(watch.size()).isEqualTo(1);
    ticks(3);
    assertThat(ended).containsExactly("quiet", "busy");
    assertThat(watch.size()).isZero();
  }

  @Test
  void manyThatEndAtOnceDoNotHideEachOther() {
    for (int i = 0; i < 200; i++) {
      watched("" + i);
    }
    ticks(4);
    assertThat(ended).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void whatEndedByItselfIsForgotten() {
    IdleWatch.Activity first = watched("first");
    watched("second");
    first.end();
    first.end();
    assertThat(watch.size()).isEqualTo(1);
    ticks(10);
    assertThat(ended).containsExactly("second");
  }

  @Test
  void whatMayBeSilentStillCounts() {
    watched("socket").endless();
    ticks(100);
    assertThat(ended).isEmpty();
    assertThat(watch.size()).isEqualTo(1);
  }
}
