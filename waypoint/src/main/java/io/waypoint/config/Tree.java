// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document with positions. Aliases share subtrees, so {@link #size} and {@link #height}
 * speak of the expanded tree.
 */
sealed interface Tree {
  Position position();

  /** How many nodes there are when every alias is expanded. */
  int size();

  int height();

  enum Type {
    TEXT("text"),
    INTEGER("a number"),
    DECIMAL("a number"),
    BOOLEAN("true or false"),
    NULL("nothing");

    private final String words;

    Type(String words) {
      this.words = words;
    }
  }

  /**
   * @param literal whether it is a block introduced by {@code |}, whose lines stand in the file as
   *     they are
   */
  record Scalar(String text, Type type, boolean literal, Position position) implements Tree {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public int height() {
      return 1;
    }
  }

  record Entry(Position key, Tree value) {}

  record Mapping(Map<String, Entry> entries, int size, int height, Position position)
      implements Tree {}

  record Items(List<Tree> list, int size, int height, Position position) implements Tree {}

  /** What a value is, in words. */
  default String words() {
    return switch (this) {
      case Scalar scalar -> scalar.type.words;
      case Mapping _ -> "a mapping";
      case Items _ -> "a list";
    };
  }

  /** Whether two trees say the same, wherever they stand and in whatever order of fields. */
  static boolean same(Tree a, Tree b) {
    return switch (a) {
      case Scalar one when b instanceof Scalar two ->
          one.type == two.type && one.text.equals(two.text);
      case Items one when b instanceof Items two -> sameItems(one.list, two.list);
      case Mapping one when b instanceof Mapping two -> sameEntries(one.entries, two.entries);
      default -> false;
    };
  }

  private static boolean sameItems(List<Tree> a, List<Tree> b) {
    Iterator<Tree> other = b.iterator();
    return a.size() == b.size() && a.stream().allMatch(item -> same(item, other.next()));
  }

  private static boolean sameEntries(Map<String, Entry> a, Map<String, Entry> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<String, Entry> entry : a.entrySet()) {
      Entry other = b.get(entry.getKey());
      if (other == null || !same(entry.getValue().value, other.value)) {
        return false;
      }
    }
    return true;
  }

  /** The value as JSON has it; null for nothing. */
  static @Nullable Object plain(Tree tree) {
    return switch (tree) {
      case Mapping mapping -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        mapping.entries.forEach((field, entry) -> map.put(field, plain(entry.value)));
        yield Collections.unmodifiableMap(map);
      }
      case Items items -> {
        List<@Nullable Object> list = new ArrayList<>();
        items.list.forEach(item -> list.add(plain(item)));
        yield Collections.unmodifiableList(list);
      }
      case Scalar scalar -> plain(scalar);
    };
  }

  private static @Nullable Object plain(Scalar scalar) {
    try {
      return switch (scalar.type) {
        case TEXT -> scalar.text;
        case INTEGER -> Long.decode(scalar.text.replaceFirst("^0o", "0"));
        case DECIMAL -> Double.valueOf(scalar.text);
        case BOOLEAN -> scalar.text.equalsIgnoreCase("true");
        case NULL -> null;
      };
    } catch (NumberFormatException beyondTheseTypes) {
      return scalar.text;
    }
  }
}
