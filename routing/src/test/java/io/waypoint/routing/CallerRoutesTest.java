// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose routes apply to whom. */
class CallerRoutesTest {
  private static final RouteTable PRODUCER = Routes.table("prefix:/ -> v1");
  private static final RouteTable CONSUMER = Routes.table("prefix:/mine -> v2");

  @Test
  void everybodyGetsTheProducersRoutes() {
    assertThat(new CallerRoutes(PRODUCER, Map.of()).of("anywhere")).isSameAs(PRODUCER);
    assertThat(CallerRoutes.NONE.of("anywhere")).isNull();
  }

  @Test
  void aNamespaceWithRoutesOfItsOwnGetsThoseAlone() {
    var routes = new CallerRoutes(PRODUCER, Map.of("shop", CONSUMER));
    assertThat(routes.of("shop")).isSameAs(CONSUMER);
    assertThat(routes.of("shop2")).isSameAs(PRODUCER);
    assertThat(Routes.answer(CONSUMER, "/other")).isEqualTo("404");
  }

  @Test
  void othersPassWithoutRoutesWhereOnlyAConsumerHasSome() {
    var routes = new CallerRoutes(null, Map.of("shop", CONSUMER));
    assertThat(routes.of("shop")).isSameAs(CONSUMER);
    assertThat(routes.of("other")).isNull();
  }
}
