// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import io.waypoint.rbac.RequestTarget;
import io.waypoint.rbac.StatedFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request with tokens here and there. */
final class Bearer {
  private final Map<String, List<String>> headers = new HashMap<>();
  private String method = "GET";
  private @Nullable String query;

  static Bearer none() {
    return new Bearer();
  }

  static Bearer of(String token) {
    return new Bearer().header("authorization", "Bearer " + token);
  }

  Bearer method(String name) {
    method = name;
    return this;
  }

  Bearer header(String name, String line) {
    headers.computeIfAbsent(name, same -> new ArrayList<>()).add(line);
    return this;
  }

  Bearer query(String raw) {
    query = raw;
    return this;
  }

  StatedFacts facts() {
    return new StatedFacts(
        true,
        "spiffe://cluster.local/ns/foo/sa/a",
        null,
        null,
        null,
        80,
        null,
        "shop",
        method,
        "/",
        new RequestTarget("/", query).toString(),
        headers,
        null);
  }
}
