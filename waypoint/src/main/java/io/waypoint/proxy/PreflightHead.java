// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A preflight as if it were the request that it asks for, so that it finds the rule of that request
 * where no rule is for {@code OPTIONS}.
 */
record PreflightHead(CanonicalRequest request, String method) implements RequestHead {
  /** Null when the request is no preflight. */
  static @Nullable PreflightHead of(CanonicalRequest request) {
    String method = request.header("access-control-request-method");
    if (method == null || !request.method().equals("OPTIONS")) {
      return null;
    }
    return request.headers().contains(FieldNames.ORIGIN)
        ? new PreflightHead(request, method)
        : null;
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public @Nullable String query() {
    return request.query();
  }

  @Override
  public @Nullable String header(String name) {
    return request.header(name);
  }
}
