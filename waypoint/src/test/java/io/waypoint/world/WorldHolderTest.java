// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldHolderTest {
  private final WorldHolder holder = new WorldHolder();
  private final List<String> heard = new ArrayList<>();

  @Test
  void subscribersHearEveryWorldInTheirOrderUntilTheyLeave() {
    assertThat(holder.current()).isNull();
    WorldHolder.Subscription first = holder.subscribe(w -> heard.add("a" + w.generation()));
    holder.publish(world(1));
    holder.subscribe(w -> heard.add("b" + w.generation()));
    holder.publish(world(2));
    first.close();
    holder.publish(world(3));
    assertThat(heard).containsExactly("a1", "b1", "a2", "b2", "b3");
  }

  @Test
  void theWorldIsCurrentBeforeAnybodyHearsOfIt() {
    holder.subscribe(w -> {
      World current = holder.current();
      heard.add(String.valueOf(current == w));
    });
    holder.publish(world(1));
    assertThat(heard).containsExactly("true");
  }

  private static World world(long generation) {
    return new World(generation, MeshSettings.DEFAULTS, null, List.of(), List.of());
  }
}
