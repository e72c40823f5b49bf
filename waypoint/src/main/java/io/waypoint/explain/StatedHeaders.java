// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.filters.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Header fields of a message that is not sent. */
final class StatedHeaders implements Headers {
  private final List<Question.Field> fields;

  StatedHeaders(List<Question.Field> fields) {
    this.fields = new ArrayList<>(fields);
  }

  List<Question.Field> fields() {
    return List.copyOf(fields);
  }

  @Override
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Question.Field::value)
        .toList();
  }

  /** All values of a name, joined as RFC 9110 section 5.3 says; null without one. */
  @Nullable String joined(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.stream().collect(Collectors.joining(","));
  }

  @Override
  public @Nullable String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.getFirst();
  }

  @Override
  public boolean has(String name) {
    return !all(name).isEmpty();
  }

  @Override
  public void set(String name, String value) {
    remove(name);
    add(name, value);
  }

  @Override
  public void add(String name, String value) {
    fields.add(new Question.Field(name, value));
  }

  @Override
  public void remove(String name) {
    fields.removeIf(field -> field.name().equalsIgnoreCase(name));
  }
}
