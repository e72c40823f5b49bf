// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Each endpoint stands at many places of a ring; a key belongs to the first place at or behind its
 * hash. An endpoint's places are the first of those that Envoy gives it.
 */
final class HashRing implements Balancer {
  private final LoadBalancing.RingHash settings;
  private @Nullable EndpointSet of;
  private long[] places = {};
  private int[] owners = {};

  HashRing(LoadBalancing.RingHash settings) {
    this.settings = settings;
  }

  @Override
  public @Nullable Endpoint pick(EndpointSet set, Placement request) {
    if (set != of) {
      build(set);
    }
    if (places.length == 0) {
      return null;
    }
    int start = find(request.hash(settings.key()));
    for (int i = 0; i < places.length; i++) {
      Endpoint endpoint = owner(set, start + i);
      if (!request.tried().holds(endpoint)) {
        return endpoint;
      }
      if (request.tried().size() >= set.readyCount()) {
        break;
      }
    }
    return owner(set, start);
  }

  private Endpoint owner(EndpointSet set, int place) {
    return set.endpoints().get(owners[place % places.length]);
  }

  /** The first place that is not before the hash, numbers being unsigned. */
  private int find(long hash) {
    int low = 0;
    int high = places.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(places[middle], hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == places.length ? 0 : low;
  }

  private void build(EndpointSet set) {
    of = set;
    int ready = set.readyCount();
    int each = settings.placesEach();
    Place[] sorted = new Place[ready * each];
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < ready; i++) {
      key.setLength(0);
      int prefix = key.append(set.endpoints().get(i).name()).append('_').length();
      for (int j = 0; j < each; j++) {
        key.setLength(prefix);
        sorted[i * each + j] = new Place(XxHash64.hash(key.append(j), 0), i);
      }
    }
    Arrays.sort(sorted, (a, b) -> Long.compareUnsigned(a.position, b.position));
    places = new long[sorted.length];
    owners = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      places[i] = sorted[i].position;
      owners[i] = sorted[i].owner;
    }
  }

  private record Place(long position, int owner) {}
}
