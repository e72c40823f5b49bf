// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Duration;
import java.util.List;
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

  /** What comes between a request and its backend for reasons of its own. */
  sealed interface Interference extends FilterSpec {}

  /**
   * Some requests are held up, and then some are answered with an error ({@code Fault} of {@code
   * waypoint.dev}, {@code fault} of Istio).
   */
  record Fault(@Nullable Delay delay, @Nullable Abort abort) implements Interference {
    /** Those of the share wait. */
    public record Delay(Duration time, Share share) {
      /** What waits is kept in memory. */
      public static final Duration LONGEST = Duration.ofMinutes(5);

      public Delay {
        if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
          throw new IllegalArgumentException("a delay is longer than 0 and at most 5 minutes");
        }
      }
    }

    /**
     * Those of the share are answered.
     *
     * @param status of HTTP
     * @param grpcStatus for calls; negative for the one that stands for the HTTP status
     */
    public record Abort(int status, int grpcStatus, Share share) {
      public Abort {
        if (status < 200 || status > 599) {
          throw new IllegalArgumentException("httpStatus is from 200 to 599, not " + status);
        }
        if (grpcStatus > 16) {
          throw new IllegalArgumentException(grpcStatus + " is not a status of gRPC");
        }
      }
    }

    public Fault {
      if (delay == null && abort == null) {
        throw new IllegalArgumentException("a fault has delay or abort");
      }
    }
  }

  /**
   * Somebody is asked whether the request may pass (GEP-1494); it does not when nobody answers.
   *
   * @param path put before the request's own (HTTP)
   * @param shown fields besides those that are always shown (HTTP), or all that are shown (gRPC);
   *     empty for none (HTTP) or all (gRPC)
   * @param taken fields of the answer that go into the request (HTTP); empty for all
   * @param body how much of the body is shown; 0 for nothing of it. A longer one is answered 413
   */
  record ExternalAuth(
      Backend backend,
      Protocol protocol,
      String path,
      List<String> shown,
      List<String> taken,
      int body)
      implements Interference {
    /** How it is asked. */
    public enum Protocol {
      HTTP,
      /** Envoy's {@code ext_authz}. */
      GRPC
    }

    /** What is shown is kept in memory. */
    public static final int LARGEST_BODY = 1024 * 1024;

    /** The API names none. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    public ExternalAuth {
      shown = Limits.atMost(64, shown, "allowedHeaders");
      taken = Limits.atMost(64, taken, "allowedResponseHeaders");
      if (body < 0 || body > LARGEST_BODY) {
        throw new IllegalArgumentException("forwardBody.maxSize is from 0 to " + LARGEST_BODY);
      }
    }
  }

  /**
   * A bucket of tokens, of which each request takes one; it fills steadily.
   *
   * @param name {@code namespace/name} of the object that says so
   * @param tokens how many it holds at most
   * @param perFill how many come back in each interval
   * @param scope what has a bucket of its own
   * @param enforced for which requests there is a consequence
   */
  record LocalRateLimit(
      String name, int tokens, int perFill, Duration interval, Scope scope, Share enforced)
      implements Interference {
    /** What has a bucket of its own. */
    public enum Scope {
      /** Each rule that refers to the limit. */
      ROUTE,
      /** Each service that is addressed. */
      DESTINATION,
      /** Each caller's identity. */
      PRINCIPAL
    }

    private static final Duration LONGEST = Duration.ofDays(1);

    /** How long an empty bucket may need to fill: what needs longer never limits anybody. */
    private static final Duration LONGEST_FILL = Duration.ofDays(36_525);

    public LocalRateLimit {
      if (tokens < 1 || perFill < 1) {
        throw new IllegalArgumentException("maxTokens and tokensPerFill are at least 1");
      }
      if (interval.compareTo(Duration.ofMillis(50)) < 0 || interval.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("fillInterval is from 50 ms to a day");
      }
      long perToken = nanosPerToken(interval, perFill);
      if (tokens > LONGEST_FILL.toNanos() / perToken) {
        throw new IllegalArgumentException(
            "maxTokens %d at %d in %s need more than 100 years to come back"
                .formatted(tokens, perFill, interval));
      }
    }

    /** How long it takes until one token has come back. */
    public long nanosPerToken() {
      return nanosPerToken(interval, perFill);
    }

    private static long nanosPerToken(Duration interval, int perFill) {
      return Math.max(1, interval.toNanos() / perFill);
    }
  }

  /**
   * Somebody who counts for all replicas is asked whether a request is one too many (Envoy's {@code
   * RateLimitService}).
   *
   * @param name {@code namespace/name} of the object that says so
   * @param service who counts; when it leads nowhere every question fails
   * @param domain which of its limits are meant
   * @param descriptors what is said of a request; it is not asked about one of which nothing is
   * @param timeout for the whole question, connecting included
   * @param open whether requests pass when nobody answers
   */
  record GlobalRateLimit(
      String name,
      Backend service,
      String domain,
      List<RateDescriptor> descriptors,
      Duration timeout,
      boolean open,
      Told told)
      implements Interference {
    /** Envoy's. */
    public static final Duration TIMEOUT = Duration.ofMillis(20);

    private static final Duration LONGEST = Duration.ofMinutes(1);

    /**
     * What callers are told.
     *
     * @param status of what is one too many
     * @param grpcStatus of it, for calls
     * @param counts whether answers say how much is left
     */
    public record Told(int status, int grpcStatus, boolean counts) {
      public Told {
        if (status < 400 || status > 599) {
          throw new IllegalArgumentException("statusOnLimit is from 400 to 599, not " + status);
        }
        if (grpcStatus < 1 || grpcStatus > 16) {
          throw new IllegalArgumentException(grpcStatus + " is no status of gRPC for a refusal");
        }
      }
    }

    public GlobalRateLimit {
      Limits.length(1, 253, domain, "domain");
      descriptors = Limits.atMost(RateDescriptor.MOST, descriptors, "descriptors");
      if (descriptors.isEmpty()) {
        throw new IllegalArgumentException("a question has at least one descriptor");
      }
      if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("timeout is longer than 0 and at most a minute");
      }
    }

    /** The same, asking there. */
    public GlobalRateLimit at(Backend resolved) {
      return new GlobalRateLimit(name, resolved, domain, descriptors, timeout, open, told);
    }
  }
}
