// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Destination;
import io.waypoint.world.Workload;
import java.net.InetSocketAddress;
import java.util.List;

/** The bookinfo corner that the tests of this package need. */
final class Flows {
  static final SpiffeId PRODUCTPAGE =
      SpiffeId.of("cluster.local", "default", "bookinfo-productpage");
  static final SpiffeId REVIEWS = SpiffeId.of("cluster.local", "default", "bookinfo-reviews");
  static final Workload CALLER = workload("productpage-v1", "productpage", "v1", PRODUCTPAGE);
  static final Workload TARGET = workload("reviews-v2", "reviews", "v2", REVIEWS);
  static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.7", 41_234);
  static final Endpoint ENDPOINT =
      new Endpoint(
          new InetSocketAddress("10.0.0.12", 9080),
          new Endpoint.Tunnel(new InetSocketAddress("10.0.0.12", 15008), REVIEWS.uri()),
          "default/reviews-v2-0",
          true);
  static final EndpointSet REVIEWS_PORT =
      new EndpointSet("reviews", "default", 9080, false, List.of(ENDPOINT));
  static final EndpointSet REVIEWS_V2_PORT =
      new EndpointSet("reviews-v2", "default", 9080, false, List.of(ENDPOINT));
  static final Destination DESTINATION =
      destination("reviews", "reviews.default.svc.cluster.local", false);

  private Flows() {}

  static Workload workload(String owner, String app, String version, SpiffeId identity) {
    return new Workload(
        owner + "-0", "default", owner, identity, app, version, app, version, "Kubernetes");
  }

  static Destination destination(String service, String hostname, boolean workload) {
    return new Destination(
        service,
        "default",
        hostname,
        9080,
        AppProtocol.HTTP,
        workload,
        PolicySet.ALLOW_ALL,
        CallerRoutes.NONE,
        REVIEWS_PORT);
  }

  /** A request that was answered by reviews-v2, one millisecond after it was sent. */
  static RequestRecord answered(Recorder recorder, int status) {
    RequestRecord record = recorder.begin();
    record.caller(PRODUCTPAGE, CALLER, PEER);
    record.addressed("10.96.0.5", 9080, DESTINATION);
    record.request("GET", "/reviews/0", "reviews:9080", Protocol.HTTP_1_1);
    record.headers("id-1", "curl/8", null);
    record.route("default/reviews");
    record.attempt(REVIEWS_PORT, ENDPOINT, TARGET);
    record.connected(new InetSocketAddress("10.0.0.3", 50_000));
    record.sent(record.startNanos + 1_000_000);
    record.responded(status, record.startNanos + 3_000_000);
    record.bytesIn(70);
    record.bytesOut(1_200);
    return record;
  }

  static TcpRecord connection(Recorder recorder) {
    TcpRecord record = recorder.beginTcp();
    record.caller(PRODUCTPAGE, CALLER, PEER);
    record.addressed("10.96.0.5", 9080, DESTINATION);
    record.attempt(REVIEWS_PORT, ENDPOINT, TARGET);
    record.connected(null);
    return record;
  }
}
