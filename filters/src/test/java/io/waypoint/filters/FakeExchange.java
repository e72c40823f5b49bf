// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An exchange without a network. */
public final class FakeExchange implements Exchange {
  public final FakeHeaders request = new FakeHeaders();
  public final FakeHeaders response = new FakeHeaders();
  public String authority = "reviews:9080";

  public String method = "GET";
  public String path = "/";
  public @Nullable String query;
  public String scheme = "http";
  public int port = 9080;
  public String rewrittenPath = "";
  public Random random = new Random(7);
  public String principal = "spiffe://cluster.local/ns/default/sa/sleep";
  public long nanos = 1_000_000_000;
  public final List<Duration> pauses = new ArrayList<>();
  public final CompletableFuture<@Nullable Void> paused = new CompletableFuture<>();
  public TokenBuckets buckets = new TokenBuckets(TokenBuckets.Meters.NONE);
  public final List<EndpointSet> mirrors = new ArrayList<>();
  public final List<List<Stated>> counted = new ArrayList<>();
  public final CompletableFuture<Decision> authorization = new CompletableFuture<>();

  @Override
  public RequestHead head() {
    return new RequestHead() {
      @Override
      public String method() {
        return method;
      }

      @Override
      public String path() {
        return path;
      }

      @Override
      public @Nullable String query() {
        return query;
      }

      @Override
      public @Nullable String header(String name) {
        List<String> all = request.all(name);
        return all.isEmpty() ? null : String.join(",", all);
      }
    };
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public @Nullable String origin() {
    return request.first("origin");
  }

  @Override
  public void rewritePath(String path) {
    rewrittenPath = path;
  }

  @Override
  public void mirror(EndpointSet backend) {
    mirrors.add(backend);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public String principal() {
    return principal;
  }

  @Override
  public String destination() {
    return "reviews.default.svc.cluster.local";
  }

  @Override
  public String route() {
    return "default/reviews rule 1";
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public CompletionStage<@Nullable Void> pause(Duration time) {
    pauses.add(time);
    return paused;
  }

  @Override
  public CompletionStage<Decision> authorize(FilterSpec.ExternalAuth authorizer) {
    return authorization;
  }

  @Override
  public CompletionStage<Decision> limit(GlobalRateLimit rule, List<Stated> descriptors) {
    counted.add(descriptors);
    return authorization;
  }

  @Override
  public String remoteAddress() {
    return "10.1.0.9";
  }

  @Override
  public TokenBuckets buckets() {
    return buckets;
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

    @Override
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
