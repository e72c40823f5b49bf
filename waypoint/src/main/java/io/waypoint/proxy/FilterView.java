// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Headers;
import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import io.waypoint.world.ExternalAuthorizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An exchange as its filters see it, and what they made of its request. */
final class FilterView implements Exchange {
  private final ProxyExchange exchange;
  private final CanonicalRequest request;
  private final @Nullable String origin;
  private final String destination;
  private final String route;
  private @Nullable String authority;
  private @Nullable String path;
  private List<EndpointSet> mirrors = List.of();

  /**
   * @param destination what was addressed
   * @param route which rule was chosen
   */
  FilterView(ProxyExchange exchange, String destination, String route) {
    this.exchange = exchange;
    this.request = exchange.request();
    this.origin = request.headers().get(FieldNames.ORIGIN);
    this.destination = destination;
    this.route = route;
  }

  @Override
  public RequestHead head() {
    return request;
  }

  @Override
  public String authority() {
    return authority == null ? request.authority() : authority;
  }

  @Override
  public String scheme() {
    return request.scheme();
  }

  @Override
  public int port() {
    return request.destinationPort();
  }

  @Override
  public @Nullable String origin() {
    return origin;
  }

  @Override
  public Headers requestHeaders() {
    return new VertxHeaders(request.headers());
  }

  @Override
  public void rewriteAuthority(String rewritten) {
    authority = rewritten;
  }

  @Override
  public void rewritePath(String rewritten) {
    path = rewritten;
  }

  @Override
  public void mirror(EndpointSet backend) {
    if (mirrors.isEmpty()) {
      mirrors = new ArrayList<>(2);
    }
    mirrors.add(backend);
  }

  @Override
  public Headers responseHeaders() {
    return new VertxHeaders(exchange.downstream().response().headers());
  }

  @Override
  public RandomGenerator random() {
    return exchange.loop().environment().random();
  }

  @Override
  public String principal() {
    return exchange.caller().principal();
  }

  @Override
  public String remoteAddress() {
    return exchange.caller().peer().getAddress().getHostAddress();
  }

  @Override
  public String destination() {
    return destination;
  }

  @Override
  public String route() {
    return route;
  }

  @Override
  public long nanos() {
    return exchange.loop().nanos();
  }

  @Override
  public CompletionStage<@Nullable Void> pause(Duration time) {
    var over = new CompletableFuture<@Nullable Void>();
    exchange.delayed(time, () -> over.complete(null));
    return over;
  }

  @Override
  public CompletionStage<Decision> authorize(FilterSpec.ExternalAuth auth) {
    ProxyLoop loop = exchange.loop();
    var decision = new CompletableFuture<Decision>();
    ExternalAuthorizer authorizer = loop.filters().authorizer(auth);
    new Hearing(
            exchange,
            authorizer,
            () -> decision.complete(Decision.CONTINUE),
            reply -> decision.complete(new Decision.Respond(reply)))
        .begin((question, answer) ->
            loop.asker().ask(RouteFilters.endpoints(auth.backend()), authorizer, question, answer));
    return decision;
  }

  @Override
  public CompletionStage<Decision> limit(GlobalRateLimit rule, List<Stated> descriptors) {
    return new LimitInquiry(exchange, rule).begin(descriptors);
  }

  @Override
  public TokenBuckets buckets() {
    return exchange.loop().environment().shared().buckets();
  }

  /** Path and query as they go upstream. */
  String target() {
    if (path == null) {
      return request.target();
    }
    String query = request.query();
    return query == null ? path : path + "?" + query;
  }

  /** Where copies of the request go. */
  List<EndpointSet> mirrors() {
    return mirrors;
  }
}
