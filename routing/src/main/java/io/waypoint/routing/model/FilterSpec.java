// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rule or a backend reference does to the messages that pass. */
public sealed interface FilterSpec {
  record RequestHeaderModifier(HeaderChange change) implements FilterSpec {
    /** A request has exactly one host: it may be replaced, not doubled or taken away. */
    public RequestHeaderModifier {
      if (change.remove().contains("host")
          || change.add().stream().anyMatch(field -> field.name().equals("host"))) {
        throw new IllegalArgumentException("the host header can be set, not added or removed");
      }
    }
  }

  record ResponseHeaderModifier(HeaderChange change) implements FilterSpec {}

  /**
   * The caller is sent elsewhere; what is null or 0 stays as in the request.
   *
   * @param scheme {@code http} or {@code https}
   * @param port 0 for the scheme's own when a scheme is given, else for the request's
   */
  record RequestRedirect(
      @Nullable String scheme,
      @Nullable String hostname,
      int port,
      @Nullable PathModifier path,
      int status)
      implements FilterSpec {
    /** The status of a redirect that names none. */
    public static final int DEFAULT_STATUS = 302;

    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    public RequestRedirect {
      if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
        throw new IllegalArgumentException("scheme " + scheme + " is neither http nor https");
      }
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException(port + " is not a port");
      }
      if (!STATUSES.contains(status)) {
        throw new IllegalArgumentException(status + " is not the status of a redirect");
      }
      Syntax.hostname(hostname);
    }
  }

  /** The request goes to another host or path of its backend; what is null stays. */
  record UrlRewrite(@Nullable String hostname, @Nullable PathModifier path) implements FilterSpec {
    public UrlRewrite {
      Syntax.hostname(hostname);
    }
  }

  /**
   * A copy of some requests goes to another service, and nobody waits for its answer.
   *
   * @param numerator of {@code denominator} requests are copied
   */
  record RequestMirror(Backend backend, int numerator, int denominator) implements FilterSpec {
    public RequestMirror {
      if (denominator < 1 || numerator < 0 || numerator > denominator) {
        throw new IllegalArgumentException(
            numerator + "/" + denominator + " is not a share of the requests");
      }
    }
  }

  record Cors(CrossOrigin rules) implements FilterSpec {}
}
