// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a cluster, read once and looked at by every translation from then on. It is
 * immutable; problems go to whoever looks.
 */
public final class ReadObject {
  /** One that says nothing. */
  public static final ReadObject EMPTY = of(Source.object("nothing", "", "", ""), Map.of());

  private final Source source;
  private final Tree tree;

  private ReadObject(Source source, Tree tree) {
    this.source = source;
    this.tree = tree;
  }

  /**
   * @param source its name; the text is not needed
   * @param json maps, lists, texts, numbers, truth values and null
   */
  public static ReadObject of(Source source, Map<String, ?> json) {
    return new ReadObject(source, tree(json, Position.whole(source)));
  }

  public Source source() {
    return source;
  }

  /** A cursor that reports to these problems. */
  public Doc doc(Problems problems) {
    return Doc.of(tree, problems);
  }

  /** Whether both say the same. */
  public boolean sameAs(ReadObject other) {
    return Tree.same(tree, other.tree);
  }

  private static Tree tree(@Nullable Object value, Position at) {
    return switch (value) {
      case Map<?, ?> map -> mapping(map, at);
      case List<?> list -> items(list, at);
      case null -> new Tree.Scalar("null", Tree.Type.NULL, false, at);
      case Boolean flag -> new Tree.Scalar(flag.toString(), Tree.Type.BOOLEAN, false, at);
      case Number number -> {
        boolean whole = number.doubleValue() == Math.rint(number.doubleValue());
        Tree.Type type = whole ? Tree.Type.INTEGER : Tree.Type.DECIMAL;
        yield new Tree.Scalar(whole ? whole(number) : number.toString(), type, false, at);
      }
      default -> new Tree.Scalar(value.toString(), Tree.Type.TEXT, false, at);
    };
  }

  private static String whole(Number number) {
    return number instanceof Double || number instanceof Float
        ? String.valueOf(number.longValue())
        : number.toString();
  }

  private static Tree mapping(Map<?, ?> map, Position at) {
    Map<String, Tree.Entry> entries = LinkedHashMap.newLinkedHashMap(map.size());
    int size = 1;
    int height = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Tree value = tree(entry.getValue(), at);
      // The same few field names stand in thousands of objects.
      entries.put(String.valueOf(entry.getKey()).intern(), new Tree.Entry(at, value));
      size += value.size();
      height = Math.max(height, value.height());
    }
    return new Tree.Mapping(entries, size, height + 1, at);
  }

  private static Tree items(List<?> list, Position at) {
    List<Tree> items = new ArrayList<>(list.size());
    int size = 1;
    int height = 0;
    for (Object item : list) {
      Tree value = tree(item, at);
      items.add(value);
      size += value.size();
      height = Math.max(height, value.height());
    }
    return new Tree.Items(items, size, height + 1, at);
  }
}
