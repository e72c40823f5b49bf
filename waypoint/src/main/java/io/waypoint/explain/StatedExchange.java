// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Headers;
import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An exchange that filters change and nobody sends. */
final class StatedExchange implements Exchange, RequestHead {
  private final Question question;
  private final RequestTarget target;
  private final int port;
  private final StatedHeaders received;
  private final StatedHeaders request;
  private final StatedHeaders response = new StatedHeaders(List.of());
  private final List<EndpointSet> mirrors = new ArrayList<>();
  private String authority;
  private @Nullable String path;

  /**
   * @param target canonical
   * @param port the service port that was dialled
   */
  StatedExchange(Question question, RequestTarget target, int port) {
    this.question = question;
    this.target = target;
    this.port = port;
    this.received = new StatedHeaders(question.headers());
    this.request = new StatedHeaders(question.headers());
    this.request.remove("host");
    this.authority = question.authority();
  }

  @Override
  public RequestHead head() {
    return this;
  }

  @Override
  public String method() {
    return question.method();
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public @Nullable String query() {
    return target.query();
  }

  @Override
  public @Nullable String header(String name) {
    return received.joined(name);
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public String scheme() {
    return "https".equalsIgnoreCase(received.first("x-forwarded-proto")) ? "https" : "http";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public @Nullable String origin() {
    return received.first("origin");
  }

  @Override
  public Headers requestHeaders() {
    return request;
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
    mirrors.add(backend);
  }

  @Override
  public Headers responseHeaders() {
    return response;
  }

  /** Never what is left to chance: every copy that may be sent is. */
  @Override
  public RandomGenerator random() {
    return () -> 0;
  }

  @Override
  public String principal() {
    return "";
  }

  @Override
  public String destination() {
    return authority();
  }

  @Override
  public String route() {
    return "";
  }

  /** Nothing that takes time is asked. */
  @Override
  public long nanos() {
    return 0;
  }

  @Override
  public CompletionStage<@Nullable Void> pause(Duration time) {
    return CompletableFuture.completedStage(null);
  }

  /** Nobody is asked. */
  @Override
  public CompletionStage<Decision> authorize(FilterSpec.ExternalAuth authorizer) {
    return CompletableFuture.completedStage(Decision.CONTINUE);
  }

  /** Nobody is asked. */
  @Override
  public CompletionStage<Decision> limit(GlobalRateLimit rule, List<Stated> descriptors) {
    return CompletableFuture.completedStage(Decision.CONTINUE);
  }

  @Override
  public String remoteAddress() {
    return "";
  }

  /** Limits of running traffic say nothing of a single request. */
  @Override
  public TokenBuckets buckets() {
    return new TokenBuckets(TokenBuckets.Meters.NONE);
  }

  /** Path and query as they would go upstream. */
  String outgoing() {
    return path == null ? target.toString() : new RequestTarget(path, target.query()).toString();
  }

  List<Question.Field> receivedFields() {
    return received.fields();
  }

  List<Question.Field> requestFields() {
    return request.fields();
  }

  List<Question.Field> responseFields() {
    return response.fields();
  }

  List<String> mirrored() {
    return mirrors.stream()
        .map(set -> set.namespace() + "/" + set.service() + ":" + set.port())
        .toList();
  }
}
