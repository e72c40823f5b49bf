// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.waypoint.routing.model.HeaderChange.Field;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderChangeTest {
  @Test
  void namesAreKeptInLowerCase() {
    HeaderChange change =
        new HeaderChange(
            List.of(new Field("X-Set", "A b")), List.of(new Field("X-Add", "1")), List.of("X-No"));
    assertThat(change.set()).containsExactly(new Field("x-set", "A b"));
    assertThat(change.add()).containsExactly(new Field("x-add", "1"));
    assertThat(change.remove()).containsExactly("x-no");
  }

  @Test
  void aNameIsChangedOnce() {
    Field a = new Field("a", "1");
    Field upper = new Field("A", "2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(a, upper), List.of(), List.of()))
        .withMessage("header a is changed twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(a), List.of(upper), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(a), List.of(), List.of("A")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(), List.of(), List.of("a", "A")));
  }

  /** To change one of these would split or join messages, or speak for another hop. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Content-Length",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        ":authority",
        ":path",
        "",
        "a b",
        "a\r\nb",
      })
  void refusesNamesThatAFilterMustNotTouch(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Field(name, "1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(), List.of(), List.of(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a\r\nx: y", "a\nb", "a\0", "\u007f", " a", "a ", "\ta", "\u0100", "a\u2028"})
  void refusesValuesThatNoHeaderCanHave(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Field("a", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a b", "a\tb", "max-age=1, public", "\"x\"", "\u00e9"})
  void acceptsOrdinaryValues(String value) {
    assertThat(new Field("a", value).value()).isEqualTo(value);
  }

  @Test
  void refusesMoreThanTheApiAllows() {
    List<Field> fields = Collections.nCopies(17, new Field("a", "1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(fields, List.of(), List.of()))
        .withMessage("17 headers to set, the limit is 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(), fields, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeaderChange(List.of(), List.of(), Collections.nCopies(17, "a")));
    assertThatIllegalArgumentException().isThrownBy(() -> new Field("a", "x".repeat(4_097)));
  }

  @Test
  void aRequestKeepsExactlyOneHost() {
    Field host = new Field("Host", "example.org");
    HeaderChange set = new HeaderChange(List.of(host), List.of(), List.of());
    assertThat(new FilterSpec.RequestHeaderModifier(set).change()).isEqualTo(set);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new FilterSpec.RequestHeaderModifier(
                new HeaderChange(List.of(), List.of(host), List.of())));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new FilterSpec.RequestHeaderModifier(
                new HeaderChange(List.of(), List.of(), List.of("HOST"))));
  }
}
