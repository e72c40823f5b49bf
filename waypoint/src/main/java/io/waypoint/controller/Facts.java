// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the templates leave open: values by name, such as the image. Those of one Gateway go over
 * those of the installation, and these over the defaults beside the templates.
 */
record Facts(Map<String, @Nullable Object> values) {
  private static final String DEFAULTS = "facts.yaml";

  /** The defaults beside the templates. */
  static Facts defaults() {
    return new Facts(Trees.resource(DEFAULTS));
  }

  /**
   * These, with what a file says instead, top-level key by top-level key.
   *
   * @throws IllegalArgumentException with a line for the reader when the file cannot be used
   */
  Facts over(Path file) {
    try {
      return over(Trees.mapping(Files.readString(file), file.toString()));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  Facts over(Map<String, ? extends @Nullable Object> others) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(values);
    all.putAll(others);
    return new Facts(all);
  }

  /** Whether a fact says yes; a missing one does not. */
  boolean holds(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  @Nullable Object value(String name) {
    if (!values.containsKey(name)) {
      throw new IllegalStateException("a template asks for the unknown fact " + name);
    }
    return values.get(name);
  }
}
