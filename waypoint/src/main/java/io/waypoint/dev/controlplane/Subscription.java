// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.waypoint.wire.discovery.DeltaDiscoveryRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.discovery.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one client wants of one type, and what it has been told of it. */
final class Subscription {
  private static final String EVERYTHING = "*";
  private static final int MOST_NAMES = 100_000;

  private final String typeUrl;
  private final Map<String, String> told;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> unanswered = new LinkedHashSet<>();
  private boolean everything;
  private boolean answered;
  private long nonces;

  /** Begins with the first request for the type; without a name that asks for everything. */
  Subscription(DeltaDiscoveryRequest first) {
    this.typeUrl = first.getTypeUrl();
    this.told = new HashMap<>(first.getInitialResourceVersionsMap());
    this.everything = first.getResourceNamesSubscribeCount() == 0;
  }

  /** Takes in a request, the first one included. */
  void hear(DeltaDiscoveryRequest request) {
    for (String name : request.getResourceNamesSubscribeList()) {
      if (name.equals(EVERYTHING)) {
        everything = true;
      } else if (names.size() < MOST_NAMES) {
        names.add(name);
        unanswered.add(name);
      }
    }
    for (String name : request.getResourceNamesUnsubscribeList()) {
      if (name.equals(EVERYTHING)) {
        everything = false;
      }
      names.remove(name);
      unanswered.remove(name);
    }
  }

  /** What to tell now; null when the client knows it all. */
  @Nullable DeltaDiscoveryResponse answer(Resources resources) {
    Map<String, Resource> wanted = wanted(resources);
    List<Resource> news = new ArrayList<>();
    wanted.forEach((name, resource) -> {
      if (!resource.getVersion().equals(told.put(name, resource.getVersion()))) {
        news.add(resource);
      }
    });
    Set<String> gone = new LinkedHashSet<>(told.keySet());
    gone.removeAll(wanted.keySet());
    told.keySet().removeAll(gone);
    for (String name : unanswered) {
      if (resources.named(name).isEmpty()) {
        gone.add(name);
      }
    }
    unanswered.clear();
    if (answered && news.isEmpty() && gone.isEmpty()) {
      return null;
    }
    answered = true;
    return DeltaDiscoveryResponse.newBuilder()
        .setTypeUrl(typeUrl)
        .setNonce(Long.toString(++nonces))
        .addAllResources(news)
        .addAllRemovedResources(gone)
        .build();
  }

  private Map<String, Resource> wanted(Resources resources) {
    if (everything) {
      return resources.byName();
    }
    Map<String, Resource> wanted = new LinkedHashMap<>();
    for (String asked : names) {
      for (String name : resources.named(asked)) {
        Resource resource = resources.byName().get(name);
        if (resource != null) {
          wanted.put(name, resource);
        }
      }
    }
    return wanted;
  }
}
