// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendChoiceTest {
  private static final int PICKS = 100_000;

  @Test
  void sharesAreAsTheWeightsSay() {
    Map<String, Integer> picks = picks("v1*90 v2*10");
    assertThat(picks.get("v1")).isBetween(89_500, 90_500);
    assertThat(picks.keySet()).containsExactlyInAnyOrder("v1", "v2");
  }

  @Test
  void missingWeightIsOne() {
    assertThat(picks("v1 v2*3").get("v1")).isBetween(24_000, 26_000);
  }

  @Test
  void weightZeroIsNeverPickedNorAnError() {
    assertThat(picks("v1*70 v2*30 v3!*0").keySet()).containsExactlyInAnyOrder("v1", "v2");
    assertThat(picks("v1*0 v2*1").keySet()).containsExactly("v2");
  }

  @Test
  void missingBackendAnswersItsShareWith500() {
    Map<String, Integer> picks = picks("v1*70 v2!*30");
    assertThat(picks.keySet()).containsExactlyInAnyOrder("v1", "500");
    assertThat(picks.get("500")).isBetween(29_000, 31_000);
  }

  @Test
  void nothingToGoToIs500() {
    assertThat(picks("").keySet()).containsExactly("500");
    assertThat(picks("v1*0 v2*0").keySet()).containsExactly("500");
    assertThat(picks("v1!").keySet()).containsExactly("500");
  }

  @Test
  void largestWeightsDoNotOverflow() {
    String[] most = new String[16];
    for (int i = 0; i < most.length; i++) {
      most[i] = "v" + i + "*1000000";
    }
    Map<String, Integer> picks = picks(String.join(" ", most));
    assertThat(picks).hasSize(16);
    assertThat(picks.values()).allSatisfy(count -> assertThat(count).isBetween(5_900, 6_600));
  }

  /**
   * Pearson's test of 100,000 picks for each split: what is seen would be seen by chance in more
   * than one of a hundred trials.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1*90 v2*10",
        "v1*70 v2*30",
        "v1 v2",
        "v1*99 v2*1",
        "v1*999 v2*1",
        "v1*1 v2*2 v3*3 v4*4",
        "v1*1000000 v2*333333 v3*7000",
        "v1*70 v2!*30 v3*0",
        "v1 v2 v3 v4 v5 v6 v7 v8 v9 v10 v11 v12 v13 v14 v15 v16"
      })
  void splitsStandAChiSquaredTest(String backends) {
    Map<String, Integer> weights = new HashMap<>();
    for (String backend : backends.split(" ")) {
      String[] parts = backend.split("\\*");
      int weight = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
      weights.merge(parts[0].endsWith("!") ? "500" : parts[0], weight, Integer::sum);
    }
    weights.values().removeIf(weight -> weight == 0);
    double sum = weights.values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Integer> picks = picks(backends);
    double chiSquared = 0;
    for (Map.Entry<String, Integer> entry : weights.entrySet()) {
      double expected = entry.getValue() / sum * PICKS;
      double off = picks.getOrDefault(entry.getKey(), 0) - expected;
      chiSquared += off * off / expected;
    }
    assertThat(picks.keySet()).isSubsetOf(weights.keySet());
    assertThat(chiSquared).isLessThan(critical(weights.size() - 1));
  }

  /** The value that is exceeded by chance with p = 0.01, from the table of the distribution. */
  private static double critical(int freedom) {
    return switch (freedom) {
      case 1 -> 6.635;
      case 2 -> 9.210;
      case 3 -> 11.345;
      case 15 -> 30.578;
      default -> throw new IllegalArgumentException("no such row: " + freedom);
    };
  }

  /** The edges of the ruler: the first and the last mark of each share. */
  @Test
  void eachMarkBelongsToOneBackend() {
    RouteRule rule = Routes.table("-> v1*2 v2*1 v3*3").rules().getFirst();
    String[] owners = new String[6];
    for (int mark = 0; mark < owners.length; mark++) {
      owners[mark] = Routes.answer(rule.pick(always(mark)));
    }
    assertThat(owners).containsExactly("v1", "v1", "v2", "v3", "v3", "v3");
  }

  @Test
  void reasonsAreForTheOperator() {
    assertThat(choices("")).containsExactly(new BackendChoice.Fail(500, "no backendRefs"));
    assertThat(choices("v1*0"))
        .containsExactly(new BackendChoice.Fail(500, "every backendRef has weight 0"));
    assertThat(choices("v1! v2")).contains(new BackendChoice.Fail(500, "no service v1!"));
  }

  private static List<BackendChoice> choices(String backends) {
    return Routes.table("-> " + backends).rules().getFirst().choices();
  }

  private static Map<String, Integer> picks(String backends) {
    RouteRule rule = Routes.table("-> " + backends).rules().getFirst();
    RandomGenerator random = new SplittableRandom(7);
    Map<String, Integer> picks = new HashMap<>();
    for (int i = 0; i < PICKS; i++) {
      BackendChoice choice = rule.pick(random);
      assertThat(rule.choices()).contains(choice);
      picks.merge(Routes.answer(choice), 1, Integer::sum);
    }
    return picks;
  }

  private static RandomGenerator always(int mark) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return mark;
      }

      @Override
      public int nextInt(int bound) {
        return mark;
      }
    };
  }
}
