// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import org.jspecify.annotations.Nullable;

/** What a path must look like; the query is never part of it. */
public sealed interface PathMatch {
  /** Equal byte for byte: {@code /two/} is not {@code /two}. */
  record Exact(String value) implements PathMatch {
    public Exact {
      Syntax.path(value);
    }
  }

  /**
   * Begins with the same elements between slashes: {@code /abc} accepts {@code /abc}, {@code /abc/}
   * and {@code /abc/def}, but not {@code /abcd}.
   */
  record Prefix(String value) implements PathMatch {
    public Prefix {
      Syntax.path(value);
    }

    /** Without the trailing slash, which means nothing; empty for {@code /}. */
    public String trimmed() {
      return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
    }
  }

  /**
   * The method of a gRPC call, whose path is {@code /service/method} (Gateway API,
   * GRPCMethodMatch). It accepts gRPC requests only: {@code POST} with a content type of {@code
   * application/grpc}.
   *
   * @param service null when any will do
   * @param method null when any will do
   */
  record Call(@Nullable ValueMatch service, @Nullable ValueMatch method) implements PathMatch {
    public Call {
      Syntax.call(service, Syntax.SERVICE, "service");
      Syntax.call(method, Syntax.METHOD, "method");
    }

    /** The whole path, when this is one method by its full name. */
    public @Nullable String exactPath() {
      return service instanceof ValueMatch.Exact(String of)
              && method instanceof ValueMatch.Exact(String name)
          ? "/" + of + "/" + name
          : null;
    }

    /** What the paths begin with, when this is every method of one service by its name. */
    public @Nullable String servicePrefix() {
      return service instanceof ValueMatch.Exact(String of) && method == null ? "/" + of : null;
    }
  }

  /** RE2 syntax over the whole path. */
  record Regex(String pattern) implements PathMatch {
    public Regex {
      Limits.length(1, 1024, pattern, "path value");
      Syntax.regex(pattern);
    }
  }
}
