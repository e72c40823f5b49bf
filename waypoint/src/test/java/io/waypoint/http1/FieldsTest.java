// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private static final List<String> NAMES =
      List.of("accept", "Accept", "ACCEPT", "host", "Host", "x-a", "X-A", "cookie", "x-b");

  @Test
  void namesAreFoundWhateverTheirCaseAndKeptAsTheyCame() {
    Fields fields = new Fields().add("X-Trace", "1").add("x-trace", "2").add("Host", "a");

    assertThat(fields.get("x-TRACE")).isEqualTo("1");
    assertThat(fields.get(HttpHeaders.HOST)).isEqualTo("a");
    assertThat(fields.getAll("X-TRACE")).containsExactly("1", "2");
    assertThat(fields.getAll("none")).isEmpty();
    assertThat(fields.get("none")).isNull();
    assertThat(fields.count()).isEqualTo(3);
    assertThat(fields.size()).isEqualTo(2);
    assertThat(written(fields)).isEqualTo("X-Trace: 1\r\nx-trace: 2\r\nHost: a\r\n");
  }

  @Test
  void onlyLettersOfAsciiHaveCases() {
    Fields fields = new Fields().add("a^", "1").add("k", "2");

    assertThat(fields.contains("a~")).isFalse();
    assertThat(fields.contains("A^")).isTrue();
    assertThat(fields.contains("\u212a")).isFalse();
  }

  @Test
  void settingReplacesInPlaceAndTakesTheOthersAway() {
    Fields fields = new Fields().add("a", "1").add("b", "2").add("A", "3").add("c", "4");

    fields.set("a", "5");

    assertThat(written(fields)).isEqualTo("a: 5\r\nb: 2\r\nc: 4\r\n");
  }

  @Test
  void nothingThatEndsALineIsTaken() {
    Fields fields = new Fields().add("kept", "yes");
    for (String value : List.of("a\r\nb: c", "a\nb", "a\rb", "a\0b")) {
      assertThatThrownBy(() -> fields.add("x", value)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> fields.set("kept", value))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String name :
        List.of("", "a b", "a:", "a\r\n", "a\0", "\u00e9", "(x)", "a\tb", "\u010a")) {
      assertThatThrownBy(() -> fields.add(name, "v")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> fields.set(name, "v")).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(written(fields)).isEqualTo("kept: yes\r\n");
  }

  /** The low byte of this character is a line feed. */
  @Test
  void whatIsNoOctetIsNeverWrittenAsOne() {
    assertThat(written(new Fields().add("x", "a\u010ab\u00e9"))).isEqualTo("x: a?b\u00e9\r\n");
    ByteBuf direct = Unpooled.directBuffer(1);
    try {
      new Fields().add("x", "a\u010ab\u00e9").writeTo(direct);
      assertThat(direct.toString(StandardCharsets.ISO_8859_1)).isEqualTo("x: a?b\u00e9\r\n");
    } finally {
      direct.release();
    }
  }

  @Test
  void growsAsFarAsItMust() {
    Fields fields = new Fields();
    for (int i = 0; i < 100; i++) {
      fields.add("x-" + i, "v" + i);
    }

    assertThat(fields.count()).isEqualTo(100);
    assertThat(fields.get("x-99")).isEqualTo("v99");
    assertThat(fields.name(99)).isEqualTo("x-99");
    assertThat(fields.value(99)).isEqualTo("v99");
    assertThatThrownBy(() -> fields.name(100)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void copiesAreIndependentAndReadOnlyOnesStaySo() {
    Fields fields = new Fields().add("a", "1");
    MultiMap copy = fields.copy();
    MultiMap frozen = fields.copy(false);
    fields.set("a", "2").addAll(fields);

    assertThat(copy.get("a")).isEqualTo("1");
    assertThat(frozen.get("a")).isEqualTo("1");
    assertThat(fields.getAll("a")).containsExactly("2", "2");
    assertThat(frozen.isMutable()).isFalse();
    assertThatThrownBy(() -> frozen.set("a", "3")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> frozen.remove("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(frozen::clear).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void iteratesInOrder() {
    Fields fields = new Fields().add("a", "1").add("b", "2");
    Iterator<Map.Entry<String, String>> entries = fields.iterator();

    assertThat(entries.next()).isEqualTo(Map.entry("a", "1"));
    assertThat(entries.next()).isEqualTo(Map.entry("b", "2"));
    assertThat(entries.hasNext()).isFalse();
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    assertThat(fields.names()).containsExactly("a", "b");
    assertThat(fields.entries()).hasSize(2);
  }

  /** Whatever is done to both, Vert.x's own map says the same, name by name. */
  @Test
  void behavesLikeTheMapOfVertx() {
    var random = new Random(20260101);
    for (int round = 0; round < 2_000; round++) {
      MultiMap ours = new Fields();
      MultiMap theirs = HttpHeaders.headers();
      for (int step = 0; step < 20; step++) {
        change(random, step, ours, theirs);
        assertSame(ours, theirs);
      }
    }
  }

  private static void change(Random random, int step, MultiMap ours, MultiMap theirs) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String value = "v" + step;
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> both(ours, theirs, map -> map.add(name, value));
      case 3 -> both(ours, theirs, map -> map.set(name, value));
      case 4 -> both(ours, theirs, map -> map.remove(name));
      case 5 -> both(ours, theirs, map -> map.set(name, pair(value)));
      case 6 -> both(ours, theirs, map -> map.add(name, pair(value)));
      case 7 -> both(ours, theirs, map -> map.set(name, (String) null));
      default -> {
        if (random.nextInt(8) == 0) {
          both(ours, theirs, map -> map.setAll(Map.of(name, value)));
        } else {
          both(ours, theirs, map -> map.addAll(Map.of(name, value)));
        }
      }
    }
  }

  private static Iterable<String> pair(String value) {
    return List.of(value, "w");
  }

  private interface Change {
    void on(MultiMap map);
  }

  private static void both(MultiMap ours, MultiMap theirs, Change change) {
    change.on(ours);
    change.on(theirs);
  }

  private static void assertSame(MultiMap ours, MultiMap theirs) {
    assertThat(ours.size()).isEqualTo(theirs.size());
    assertThat(ours.isEmpty()).isEqualTo(theirs.isEmpty());
    List<String> seen = new ArrayList<>();
    ours.forEach((name, value) -> seen.add(value));
    assertThat(seen).hasSize(theirs.entries().size());
    for (String name : NAMES) {
      assertThat(ours.getAll(name)).isEqualTo(theirs.getAll(name));
      assertThat(ours.get(name)).isEqualTo(theirs.get(name));
      assertThat(ours.contains(name)).isEqualTo(theirs.contains(name));
    }
  }

  @Test
  void knownNamesAreConstantsAndOthersAreReadAsTheyAre() {
    assertThat(name("content-length")).isSameAs(name("content-length"));
    assertThat(name("Content-Length")).isSameAs(name("Content-Length")).isEqualTo("Content-Length");
    assertThat(name("CONTENT-length")).isEqualTo("CONTENT-length");
    for (String known : KnownNames.LIST) {
      assertThat(name(known)).isEqualTo(known).isSameAs(name(known));
    }
  }

  private static String name(String text) {
    byte[] bytes = ("..." + text + "...").getBytes(StandardCharsets.ISO_8859_1);
    return Wording.name(bytes, 3, text.length());
  }

  @Test
  void aValueThatRepeatsIsTheSameText() {
    var wording = new Wording();
    String first = value(wording, 3, "text/plain");

    assertThat(value(wording, 3, "text/plain")).isSameAs(first);
    assertThat(value(wording, 4, "text/plain")).isEqualTo(first);
    assertThat(value(wording, 3, "text/plane")).isEqualTo("text/plane");
    assertThat(value(wording, 3, "caf\u00e9"))
        .isEqualTo("caf\u00e9")
        .isSameAs(value(wording, 3, "caf\u00e9"));
    assertThat(value(wording, 3, "")).isEmpty();
    String large = "x".repeat(10_000);
    assertThat(value(wording, 3, large)).isEqualTo(large).isNotSameAs(value(wording, 3, large));
    assertThat(value(wording, 1_000, "y")).isEqualTo("y");
  }

  private static String value(Wording wording, int place, String text) {
    byte[] bytes = (".." + text + "..").getBytes(StandardCharsets.ISO_8859_1);
    return wording.value(place, bytes, 2, text.length());
  }

  private static String written(Fields fields) {
    ByteBuf to = Unpooled.buffer(1);
    fields.writeTo(to);
    return to.toString(StandardCharsets.ISO_8859_1);
  }
}
