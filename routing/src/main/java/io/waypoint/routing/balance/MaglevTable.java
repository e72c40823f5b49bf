// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints take turns in filling a table, each in an order of its own; a key belongs to the
 * endpoint at its hash. Filled as Envoy does (Maglev, NSDI 2016, section 3.4).
 */
final class MaglevTable implements Balancer {
  private static final int FREE = -1;

  private final LoadBalancing.Maglev settings;
  private final int[] table;
  private @Nullable EndpointSet of;
  private int ready;

  MaglevTable(LoadBalancing.Maglev settings) {
    this.settings = settings;
    this.table = new int[settings.tableSize()];
  }

  @Override
  public @Nullable Endpoint pick(EndpointSet set, Placement request) {
    if (set != of) {
      build(set);
    }
    if (ready == 0) {
      return null;
    }
    long hash = request.hash(settings.key());
    int start = (int) Long.remainderUnsigned(hash, table.length);
    Endpoint first = set.endpoints().get(table[start]);
    if (request.tried().size() == 0 || request.tried().size() >= ready) {
      return first;
    }
    for (int i = 0; i < table.length; i++) {
      Endpoint endpoint = set.endpoints().get(table[(start + i) % table.length]);
      if (!request.tried().holds(endpoint)) {
        return endpoint;
      }
    }
    return first;
  }

  /** Who takes turns first depends on names alone, not on the order in which they were told. */
  private void build(EndpointSet set) {
    of = set;
    ready = set.readyCount();
    Turn[] turns = new Turn[ready];
    List<Endpoint> endpoints = set.endpoints();
    for (int i = 0; i < ready; i++) {
      turns[i] = new Turn(endpoints.get(i).name(), i, table.length);
    }
    Arrays.sort(turns, Comparator.comparing(turn -> turn.name));
    Arrays.fill(table, FREE);
    for (int filled = 0; ready > 0 && filled < table.length; filled++) {
      table[turns[filled % ready].next(table)] = turns[filled % ready].owner;
    }
  }

  /** An endpoint's way through the table: from an offset on in even strides. */
  private static final class Turn {
    private final String name;
    private final int owner;
    private final int stride;
    private int at;

    Turn(String name, int owner, int size) {
      this.name = name;
      this.owner = owner;
      this.at = (int) Long.remainderUnsigned(XxHash64.hash(name, 0), size);
      this.stride = (int) Long.remainderUnsigned(XxHash64.hash(name, 1), size - 1) + 1;
    }

    /** The next place on the way that is free. */
    int next(int[] table) {
      while (table[at] != FREE) {
        at = (int) (((long) at + stride) % table.length);
      }
      return at;
    }
  }
}
