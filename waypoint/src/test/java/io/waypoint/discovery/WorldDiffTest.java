// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldDiffTest {
  private static final String ROUTE =
      """
      kind: HTTPRoute
      metadata: {name: reviews, labels: {a: b}}
      spec:
        parentRefs: [{name: reviews}]
        rules:
        - backendRefs: [{name: v1, weight: 90}, {name: v2, weight: 10}]
      """;

  private static final String POLICY =
      "kind: AuthorizationPolicy\nmetadata: {name: productpage}\n"
          + "spec: {action: ALLOW, rules: [{from: []}]}\n";

  @Test
  void whatCameAndWentIsNamed() {
    assertThat(WorldDiff.between(Inventory.EMPTY, inventory(ROUTE, POLICY)))
        .containsExactly("+ policy default/productpage", "+ route default/reviews");
    assertThat(WorldDiff.between(inventory(ROUTE, POLICY), inventory(POLICY)))
        .containsExactly("- route default/reviews");
    assertThat(WorldDiff.between(inventory(ROUTE), inventory(ROUTE))).isEmpty();
  }

  @Test
  void onlyLinesAndCommentsAreNoChange() {
    assertThat(WorldDiff.between(inventory(ROUTE), inventory("# more\n\n" + ROUTE))).isEmpty();
    assertThat(
            WorldDiff.between(
                inventory(ROUTE), inventory(ROUTE.replace("metadata: {", "metadata: {uid: 7, "))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weight: 90 | weight: 50 | ~ route default/reviews: weights 90/10 -> 50/10
          ', weight: 10' | '' | ~ route default/reviews: weights 90/10 -> 90/1
          name: v1 | name: v3 | ~ route default/reviews: rules changed
          a: b | a: c | ~ route default/reviews: labels.a b -> c
          'labels: {a: b}' | 'generation: 9' | ~ route default/reviews: labels removed
          'parentRefs: [{name: reviews}]' | 'parentRefs: [{name: x}]' | ~ route default/reviews: parentRefs changed
          """)
  void aChangedRouteSaysWhat(String old, String now, String line) {
    assertThat(WorldDiff.between(inventory(ROUTE), inventory(ROUTE.replace(old, now))))
        .containsExactly(line);
  }

  @Test
  void weightsOfSeveralRulesAreToldApart() {
    String two = ROUTE + "  - backendRefs: [{name: v1, weight: 1}, {name: v2, weight: 2}]\n";
    assertThat(
            WorldDiff.between(
                inventory(two),
                inventory(
                    two.replace("weight: 90", "weight: 80").replace("weight: 2}", "weight: 3}"))))
        .containsExactly(
            "~ route default/reviews: weights of rule 0 80/10 -> 80/10, weights of rule 1 1/2 -> 1/3"
                .replace("rule 0 80", "rule 0 90"));
  }

  @Test
  void aChangedPolicySaysWhat() {
    assertThat(
            WorldDiff.between(
                inventory(POLICY),
                inventory(POLICY.replace("ALLOW", "DENY").replace("from: []", "to: []"))))
        .containsExactly("~ policy default/productpage: action ALLOW -> DENY, rules changed");
  }

  private static Inventory inventory(String... documents) {
    List<Manifest> manifests = new ArrayList<>();
    for (String document : documents) {
      for (Doc doc : Doc.read(Source.file("f.yaml", document), new Problems())) {
        manifests.add(
            new Manifest(
                "g",
                doc.field("kind").raw(),
                "default",
                doc.field("metadata").field("name").raw(),
                doc));
      }
    }
    return new Inventory(manifests);
  }
}
