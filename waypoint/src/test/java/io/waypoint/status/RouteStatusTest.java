// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteFacts.Standing;
import io.waypoint.world.Binding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The list that all controllers share. */
class RouteStatusTest {
  private static final String US = "waypoint.dev/gateway-controller";
  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

  private static Map<String, Object> ref(String name) {
    return Map.of("group", "", "kind", "Service", "name", name);
  }

  private static RouteFacts facts(RouteFacts.Parent... parents) {
    return new RouteFacts(
        "HTTPRoute", "shop", "r", "", 1, false, Arrays.asList(parents), List.of(), "shop/waypoint");
  }

  private static RouteFacts.Parent parent(String name, Standing standing) {
    return new RouteFacts.Parent(ref(name), "shop", "Service shop/" + name, standing, Binding.OURS);
  }

  private static Map<String, Object> foreign(String name) {
    return Map.of(
        "parentRef", ref(name),
        "controllerName", "istio.io/gateway-controller",
        "conditions", List.of(Map.of("type", "Accepted", "status", "True")));
  }

  private static @Nullable List<Map<String, Object>> look(
      @Nullable Object existing, RouteFacts facts, long generation, Instant now) {
    return RouteStatus.parents(existing, facts, US, generation, now);
  }

  private static List<Map<String, Object>> write(
      @Nullable Object existing, RouteFacts facts, Instant now) {
    return Objects.requireNonNull(look(existing, facts, 3, now));
  }

  @Test
  void aSecondLookAtOurOwnStatusWritesNothing() {
    RouteFacts facts = facts(parent("cart", Standing.SERVED));
    List<Map<String, Object>> first = write(null, facts, EARLY);

    assertThat(first).hasSize(1);
    assertThat(look(Map.of("parents", first), facts, 3, LATE)).isNull();
  }

  @Test
  void entriesOfOthersAreKeptInTheirPlace() {
    List<Map<String, Object>> written =
        write(
            Map.of("parents", List.of(foreign("cart"))),
            facts(parent("cart", Standing.SERVED)),
            EARLY);

    assertThat(written).hasSize(2);
    assertThat(written.getFirst()).isEqualTo(foreign("cart"));
    assertThat(written.getLast()).containsEntry("controllerName", US);
  }

  @Test
  void aChangeOfGenerationKeepsTheTimeOfWhatStaysTrue() {
    RouteFacts facts = facts(parent("cart", Standing.SERVED));
    Object before = Map.of("parents", write(null, facts, EARLY));

    List<Map<String, Object>> after = Objects.requireNonNull(look(before, facts, 4, LATE));

    assertThat(Json.maps(after.getFirst().get("conditions")))
        .allSatisfy(condition ->
            assertThat(condition)
                .containsEntry("observedGeneration", 4L)
                .containsEntry("lastTransitionTime", EARLY.toString()));
  }

  @Test
  void aChangeOfStatusHasItsOwnTime() {
    Object before = Map.of("parents", write(null, facts(parent("cart", Standing.SERVED)), EARLY));

    List<Map<String, Object>> after =
        write(before, facts(parent("cart", Standing.NO_SUCH_SERVICE)), LATE);

    assertThat(Json.maps(after.getFirst().get("conditions")).getFirst())
        .containsEntry("type", "Accepted")
        .containsEntry("status", "False")
        .containsEntry("lastTransitionTime", LATE.toString());
  }

  @Test
  void whatALaterGenerationSaysIsLeftAlone() {
    RouteFacts facts = facts(parent("cart", Standing.SERVED));
    Object newer = Map.of("parents", Objects.requireNonNull(look(null, facts, 9, EARLY)));

    assertThat(look(newer, facts(parent("cart", Standing.NO_SUCH_SERVICE)), 3, LATE)).isNull();
  }

  @Test
  void foreignConditionTypesInOurEntrySurvive() {
    RouteFacts facts = facts(parent("cart", Standing.SERVED));
    Map<String, Object> entry = new LinkedHashMap<>(write(null, facts, EARLY).getFirst());
    List<Object> conditions = new ArrayList<>(Json.maps(entry.get("conditions")));
    conditions.add(Map.of("type", "example.com/Audited", "status", "True"));
    entry.put("conditions", conditions);

    assertThat(look(Map.of("parents", List.of(entry)), facts, 3, LATE)).isNull();
    List<Map<String, Object>> after =
        Objects.requireNonNull(look(Map.of("parents", List.of(entry)), facts, 4, LATE));
    assertThat(Json.maps(after.getFirst().get("conditions")))
        .anyMatch(condition -> condition.containsValue("example.com/Audited"));
  }

  @Test
  void parentsThatWentAwayOrLeftUsLoseOurEntry() {
    RouteFacts both = facts(parent("cart", Standing.SERVED), parent("bill", Standing.SERVED));
    Object before = Map.of("parents", write(null, both, EARLY));

    assertThat(write(before, facts(parent("bill", Standing.SERVED)), LATE)).hasSize(1);
    assertThat(
            write(
                before,
                facts(parent("cart", Standing.LEFT), parent("bill", Standing.SERVED)),
                LATE))
        .singleElement()
        .satisfies(entry -> assertThat(entry).containsEntry("parentRef", ref("bill")));
  }

  @Test
  void entriesOfAnotherWaypointOfOursStay() {
    RouteFacts both = facts(parent("cart", Standing.SERVED), parent("bill", Standing.SERVED));
    Object before = Map.of("parents", write(null, both, EARLY));

    assertThat(
            look(
                before,
                facts(parent("cart", Standing.SERVED), parent("bill", Standing.NOT_OURS)),
                3,
                LATE))
        .isNull();
  }

  @Test
  void moreThanTheApiAllowsIsNotWritten() {
    RouteFacts.Parent[] many = new RouteFacts.Parent[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = parent("cart" + i, Standing.SERVED);
    }

    assertThat(write(null, facts(many), EARLY)).hasSize(32);
  }
}
