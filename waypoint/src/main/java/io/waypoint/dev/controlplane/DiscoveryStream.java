// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.grpc.server.GrpcServerResponse;
import io.waypoint.wire.discovery.DeltaDiscoveryRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. A client that reads slowly is told less often: what has changed meanwhile is told
 * together when it has room.
 */
final class DiscoveryStream {
  private static final Logger log = LoggerFactory.getLogger(DiscoveryStream.class);
  private static final int MOST_TYPES = 16;

  private final GrpcServerResponse<DeltaDiscoveryRequest, DeltaDiscoveryResponse> response;
  private final Function<String, Resources> resources;
  private final Map<String, Subscription> subscriptions = new HashMap<>();

  /**
   * @param resources the present ones of a type
   */
  DiscoveryStream(
      GrpcServerResponse<DeltaDiscoveryRequest, DeltaDiscoveryResponse> response,
      Function<String, Resources> resources) {
    this.response = response;
    this.resources = resources;
    response.drainHandler(room -> tell());
  }

  void hear(DeltaDiscoveryRequest request) {
    if (request.hasErrorDetail()) {
      log.atWarn()
          .addKeyValue("type", request.getTypeUrl())
          .addKeyValue("problem", request.getErrorDetail().getMessage())
          .log("a client does not take what it was told");
    }
    if (subscriptions.size() < MOST_TYPES || subscriptions.containsKey(request.getTypeUrl())) {
      subscriptions
          .computeIfAbsent(request.getTypeUrl(), first -> new Subscription(request))
          .hear(request);
      tell();
    }
  }

  void tell() {
    for (Map.Entry<String, Subscription> each : subscriptions.entrySet()) {
      if (response.writeQueueFull()) {
        return;
      }
      DeltaDiscoveryResponse news = each.getValue().answer(resources.apply(each.getKey()));
      if (news != null) {
        response.write(news);
      }
    }
  }

  void end() {
    response.end();
  }
}
