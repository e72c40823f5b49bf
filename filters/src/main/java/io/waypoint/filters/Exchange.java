// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One request and its answer, as filters see them. */
public interface Exchange {
  /** The request as it was judged: filters do not change what policy and routing saw. */
  RequestHead head();

  /** The host that the caller named, maybe with a port; whatever a filter put in its place. */
  String authority();

  /** The scheme by which the caller came: {@code http}, or {@code https} ahead of the mesh. */
  String scheme();

  /** The port that the caller dialled. */
  int port();

  /** The page that the request comes from, as received; null when it names none (RFC 6454). */
  @Nullable String origin();

  /** The fields that go upstream; hop-by-hop fields are not among those that reach it. */
  Headers requestHeaders();

  /** Replaces the host that goes upstream ({@code :authority} or {@code Host}). */
  void rewriteAuthority(String authority);

  /** Replaces the path that goes upstream; the query stays. */
  void rewritePath(String path);

  /** Has a copy of the request sent there too, as it goes upstream; nobody waits for it. */
  void mirror(EndpointSet backend);

  /** The fields of the answer; only while it passes back through the chain. */
  Headers responseHeaders();

  /** For what is left to chance. */
  RandomGenerator random();

  /** The caller's identity, a SPIFFE URI. */
  String principal();

  /** The IP address that the caller's connection comes from. */
  String remoteAddress();

  /** The full name of the service that the caller addressed. */
  String destination();

  /** How people name the rule that was chosen. */
  String route();

  /** Nanoseconds of a clock that never goes back. */
  long nanos();

  /** Is completed after a time, on the exchange's loop; never when the exchange ends before. */
  CompletionStage<@Nullable Void> pause(Duration time);

  /** Asks somebody whether the request may pass; never completed when the exchange ends before. */
  CompletionStage<Decision> authorize(FilterSpec.ExternalAuth authorizer);

  /** Asks somebody who counts; never completed when the exchange ends before. */
  CompletionStage<Decision> limit(GlobalRateLimit rule, List<Stated> descriptors);

  /** Those of the whole process. */
  TokenBuckets buckets();
}
