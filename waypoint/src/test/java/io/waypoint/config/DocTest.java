// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;

class DocTest {
  private final Problems problems = new Problems();

  @Test
  void everyValueKnowsWhereItStands() {
    Doc doc =
        one("metadata:\n  name: a\nspec:\n  rules:\n  - matches:\n    - path: {value: /v1}\n");
    Doc path =
        doc.field("spec").field("rules").list().getFirst().field("matches").list().getFirst();
    Doc value = path.field("path").field("value");
    assertThat(value.position()).hasToString("a.yaml:6:21");
    assertThat(value.path()).isEqualTo("spec.rules[0].matches[0].path.value");
    assertThat(path.keyPosition("path")).hasToString("a.yaml:6:7");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void documentsOfOneFileKeepTheLinesOfTheFile() {
    List<Doc> docs = read("a: 1\n---\n# only a comment\n---\nb: 2\n");
    assertThat(docs).hasSize(2);
    assertThat(docs.get(1).field("b").position()).hasToString("a.yaml:5:4");
  }

  @Test
  void whatIsAbsentAnswersTheFallbackAndIsNoProblem() {
    Doc doc = one("a: null\nb:\n");
    assertThat(doc.has("a")).isFalse();
    assertThat(doc.field("b").text("x")).isEqualTo("x");
    assertThat(doc.field("c").field("d").integer(0, 9, 7)).isEqualTo(7);
    assertThat(doc.field("c").list()).isEmpty();
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void requiredFieldThatIsAbsentIsReportedWhereItsParentStands() {
    one("spec:\n  x: 1\n").field("spec").field("name").required();
    assertThat(only()).hasToString("a.yaml:2:3 error WP1005 spec.name is required");
  }

  @Test
  void wrongTypesAreReportedWithTheValuePosition() {
    Doc doc = one("a: 80\nb: text\nc: [1]\nd: {x: 1}\ne: true\nf: \"true\"\ng: 1.5\n");
    doc.field("a").text();
    doc.field("b").integer(0, 1, 0);
    doc.field("c").text();
    doc.field("d").list();
    doc.field("e").text();
    doc.field("f").flag(false);
    doc.field("g").integer(0, 9, 0);
    doc.field("b").field("x");
    assertThat(problems.sorted().stream().map(Problem::toString))
        .containsExactly(
            "a.yaml:1:4 error WP1003 a is a number, not text",
            "a.yaml:2:4 error WP1003 b is text, not a mapping",
            "a.yaml:2:4 error WP1003 b is text, not a whole number",
            "a.yaml:3:4 error WP1003 c is a list, not text",
            "a.yaml:4:4 error WP1003 d is a mapping, not a list",
            "a.yaml:5:4 error WP1003 e is true or false, not text",
            "a.yaml:6:4 error WP1003 f is text, not true or false",
            "a.yaml:7:4 error WP1003 g is a number, not a whole number");
    assertThat(problems.sorted().getFirst().hint()).isEqualTo("put it in quotes: \"80\"");
  }

  @Test
  void numbersOutOfRangeAreReported() {
    Doc doc = one("a: 70000\nb: 99999999999999999999\nc: -1\nd: 0x10\n");
    for (String field : List.of("a", "b", "c")) {
      assertThat(doc.field(field).integer(0, 65535, 5)).isEqualTo(5);
    }
    assertThat(doc.field("d").integer(0, 65535, 5)).isEqualTo(16);
    assertThat(problems.sorted()).hasSize(3).allMatch(p -> p.code() == Code.LIMIT);
  }

  @Test
  void listOverItsLimitPointsAtTheFirstItemTooMany() {
    one("a: [1, 2, 3]\n").field("a").list(2);
    assertThat(only()).hasToString("a.yaml:1:11 error WP1007 a has 3 items, the limit is 2");
  }

  @Test
  void unknownFieldNamesItsPlaceAndTheNearestKnownOne() {
    one("spec:\n  hostnmaes: []\n").field("spec").only("hostnames", "rules");
    assertThat(only()).hasToString("a.yaml:2:3 error WP1004 unknown field \"hostnmaes\" in spec");
    assertThat(only().hint()).isEqualTo("did you mean \"hostnames\"?");
    assertThat(only().path()).isEqualTo("spec.hostnmaes");
  }

  @Test
  void unknownWordNamesTheNearestKnownOne() {
    assertThat(one("a: Exakt\n").field("a").oneOf(List.of("Exact", "Prefix"))).isNull();
    assertThat(only().hint()).isEqualTo("did you mean \"Exact\"?");
  }

  @Test
  void fieldsWithDotsAreQuotedInPaths() {
    Doc doc = one("labels: {istio.io/x: y}\n");
    assertThat(doc.field("labels").field("istio.io/x").path()).isEqualTo("labels[\"istio.io/x\"]");
  }

  @Test
  void pathLeadsAsFarAsThereIsSomething() {
    Doc doc = one("rules:\n- from:\n  - source: {a: [x]}\n");
    assertThat(doc.at("rules[0].from[0].source.a[0]").position()).hasToString("a.yaml:3:18");
    assertThat(doc.at("rules[0].from[7].source").position()).hasToString("a.yaml:3:3");
    assertThat(doc.at("rules[0].when[0].key: x[y]").position()).hasToString("a.yaml:2:3");
  }

  @Test
  void sameContentIsTheSameWhereverItStandsAndInAnyOrder() {
    assertThat(one("a: {x: 1, y: [2]}").sameAs(one("\n\na:\n  y:\n  - 2\n  x: 1\n"))).isTrue();
    assertThat(one("a: 1").sameAs(one("a: '1'"))).isFalse();
    assertThat(one("a: [1, 2]").sameAs(one("a: [2, 1]"))).isFalse();
    assertThat(one("a: 1").sameAs(one("a: 1\nb: 2"))).isFalse();
  }

  @Test
  void yamlInsideYamlKeepsTheLinesOfTheFile() {
    Doc inner =
        one("data:\n  mesh: |-\n    a: 1\n\n    b:\n      c: 2\n")
            .field("data")
            .field("mesh")
            .embedded();
    if (inner == null) {
      fail("nothing embedded");
      return;
    }
    assertThat(inner.field("b").field("c").position()).hasToString("a.yaml:6:10");
    inner.only("a");
    assertThat(ProblemText.of(only())).contains("    5 |     b:", "      |     ^");
  }

  @Test
  void brokenYamlInsideQuotedYamlPointsAtTheWhole() {
    one("data:\n  mesh: \"a: [\"\n").field("data").field("mesh").embedded();
    assertThat(only().position()).hasToString("a.yaml:2:9");
    assertThat(only().code()).isEqualTo(Code.SYNTAX);
  }

  @Test
  void objectsOfAClusterAreNamedInsteadOfPlaced() {
    Source source = Source.object("HTTPRoute", "shop", "cart", "{\"spec\": {\"rulez\": []}}");
    Doc.read(source, problems).getFirst().field("spec").only("rules");
    assertThat(only())
        .hasToString("HTTPRoute shop/cart error WP1004 unknown field \"rulez\" in spec");
    assertThat(ProblemText.of(only())).endsWith("(did you mean \"rules\"?)");
  }

  private Problem only() {
    assertThat(problems.sorted()).hasSize(1);
    return problems.sorted().getFirst();
  }

  private Doc one(String yaml) {
    return read(yaml).getFirst();
  }

  private List<Doc> read(String yaml) {
    return Doc.read(Source.file("a.yaml", yaml), problems);
  }
}
