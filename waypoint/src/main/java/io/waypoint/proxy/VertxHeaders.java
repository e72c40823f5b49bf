// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.filters.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields of a Vert.x message, as filters see them. */
record VertxHeaders(MultiMap fields) implements Headers {
  @Override
  public @Nullable String first(String name) {
    return fields.get(name);
  }

  @Override
  public List<String> all(String name) {
    return fields.getAll(name);
  }

  @Override
  public boolean has(String name) {
    return fields.contains(name);
  }

  @Override
  public void set(String name, String value) {
    fields.set(name, value);
  }

  @Override
  public void add(String name, String value) {
    fields.add(name, value);
  }

  @Override
  public void remove(String name) {
    fields.remove(name);
  }
}
