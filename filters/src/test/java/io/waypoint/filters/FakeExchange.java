// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.routing.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange without a network. */
public final class FakeExchange implements Exchange {
  public final FakeHeaders request = new FakeHeaders();
  public final FakeHeaders response = new FakeHeaders();
  public String authority = "reviews:9080";

  @Override
  public RequestHead head() {
    throw new UnsupportedOperationException("no head in this fake");
  }

  @Override
  public Headers requestHeaders() {
    return request;
  }

  @Override
  public void rewriteAuthority(String authority) {
    this.authority = authority;
  }

  @Override
  public Headers responseHeaders() {
    return response;
  }

  /** Fields in their order; names compared without regard to case. */
  public static final class FakeHeaders implements Headers {
    public final List<Map.Entry<String, String>> fields = new ArrayList<>();

    public List<String> all(String name) {
      return fields.stream()
          .filter(field -> field.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .toList();
    }

    @Override
    public @Nullable String first(String name) {
      return all(name).stream().findFirst().orElse(null);
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
      fields.add(Map.entry(name, value));
    }

    @Override
    public void remove(String name) {
      fields.removeIf(field -> field.getKey().equalsIgnoreCase(name));
    }
  }
}
