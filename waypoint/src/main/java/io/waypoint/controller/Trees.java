// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Objects as maps, lists and scalars: read from YAML, looked into, and written as YAML. */
final class Trees {
  private Trees() {}

  /** A file beside the templates. */
  static Map<String, @Nullable Object> resource(String name) {
    try (InputStream in = Trees.class.getResourceAsStream("/waypoint/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the class path has no waypoint/" + name);
      }
      return mapping(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The mapping that a text holds; an empty one of an empty text.
   *
   * @param name for the reader of a problem
   * @throws IllegalArgumentException when it is no YAML, or no mapping
   */
  static Map<String, @Nullable Object> mapping(String yaml, String name) {
    try {
      Object read = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(yaml);
      if (read == null) {
        return new LinkedHashMap<>();
      }
      if (read instanceof Map<?, ?> map) {
        return map(map);
      }
      throw new IllegalArgumentException(name + ": not a mapping");
    } catch (YamlEngineException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML");
      throw new IllegalArgumentException(name + ": " + why, e);
    }
  }

  static String yaml(Map<String, ? extends @Nullable Object> tree) {
    return new Dump(
            DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(160)
                .build())
        .dumpToString(tree);
  }

  /** A copy of a mapping; an empty one of what is none. */
  static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> fields) {
      fields.forEach((name, content) -> map.put(String.valueOf(name), content));
    }
    return map;
  }

  /** What is found by following names, or null. */
  static @Nullable Object at(@Nullable Object value, String... path) {
    Object here = value;
    for (String name : path) {
      here = here instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return here;
  }

  static String text(@Nullable Object value, String... path) {
    Object found = at(value, path);
    return found == null ? "" : found.toString();
  }

  static List<?> list(@Nullable Object value, String... path) {
    return at(value, path) instanceof List<?> list ? list : List.of();
  }

  /** The texts of a mapping of texts, such as labels. */
  static Map<String, String> texts(@Nullable Object value, String... path) {
    Map<String, String> texts = new LinkedHashMap<>();
    map(at(value, path))
        .forEach((name, text) -> texts.put(name, text == null ? "" : text.toString()));
    return texts;
  }
}
