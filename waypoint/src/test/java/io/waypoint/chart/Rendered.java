// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** An object as a tree, with paths such as {@code spec.template.spec.containers.0.image}. */
public record Rendered(Map<String, Object> tree) {
  public String kind() {
    return String.valueOf(tree.get("kind"));
  }

  public String name() {
    return String.valueOf(at("metadata.name"));
  }

  public String yaml() {
    return new Dump(DumpSettings.builder().build()).dumpToString(tree);
  }

  /** What is there; null when nothing is. */
  public Object at(String path) {
    Object here = tree;
    for (String step : path.split("\\.")) {
      here =
          here instanceof Map<?, ?> map
              ? map.get(step)
              : here instanceof List<?> list && Integer.parseInt(step) < list.size()
                  ? list.get(Integer.parseInt(step))
                  : null;
    }
    return here;
  }

  public String text(String path) {
    return String.valueOf(at(path));
  }

  public Map<String, Object> mapAt(String path) {
    Object here = at(path);
    return here == null ? Map.of() : map(here);
  }

  public List<Rendered> listAt(String path) {
    List<Rendered> items = new ArrayList<>();
    if (at(path) instanceof List<?> list) {
      list.forEach(item -> items.add(new Rendered(map(item))));
    }
    return items;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** The only one of its kind. */
  static Rendered only(List<Rendered> objects, String kind) {
    List<Rendered> found = objects.stream().filter(o -> o.kind().equals(kind)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects of kind " + kind);
    }
    return found.getFirst();
  }
}
