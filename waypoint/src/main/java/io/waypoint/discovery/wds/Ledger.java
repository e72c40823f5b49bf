// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.discovery.Resource;
import io.waypoint.wire.workload.Address;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What istiod has told, by resource name, and in which versions. It outlives a stream: the next one
 * begins with what is known, so that only what has changed is told again. Used by one thread.
 */
final class Ledger {
  static final String TYPE = "type.googleapis.com/istio.workload.Address";

  /** Told of every resource that is another one now. */
  interface Changes {
    /**
     * @param before null when it is new
     * @param after null when it is gone
     */
    void changed(@Nullable Told before, @Nullable Told after);
  }

  private record Entry(String version, Told told) {}

  private final Changes changes;
  private final Map<String, Entry> known = new HashMap<>();
  private final Map<String, String> refused = new TreeMap<>();

  Ledger(Changes changes) {
    this.changes = changes;
  }

  /**
   * Takes in an answer. A resource that cannot be read leaves the one before it in force, and its
   * version is not counted as known.
   *
   * @return what was not taken and why, by name; empty when all was
   */
  Map<String, String> take(DeltaDiscoveryResponse answer) {
    Map<String, String> failed = new LinkedHashMap<>();
    for (Resource resource : answer.getResourcesList()) {
      String name = resource.getName();
      try {
        put(name, new Entry(resource.getVersion(), read(resource)));
        refused.remove(name);
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        String why = String.valueOf(e.getMessage());
        failed.put(name, why);
        refused.put(name, why);
      }
    }
    for (String name : answer.getRemovedResourcesList()) {
      refused.remove(name);
      put(name, null);
    }
    return failed;
  }

  private static Told read(Resource resource) throws InvalidProtocolBufferException {
    if (!resource.getResource().getTypeUrl().equals(TYPE)) {
      throw new IllegalArgumentException("it is of type " + resource.getResource().getTypeUrl());
    }
    return AddressReader.read(
        resource.getName(), Address.parseFrom(resource.getResource().getValue()));
  }

  private void put(String name, @Nullable Entry entry) {
    Entry before = entry == null ? known.remove(name) : known.put(name, entry);
    Told was = before == null ? null : before.told();
    Told is = entry == null ? null : entry.told();
    if (was == null ? is != null : !was.equals(is)) {
      changes.changed(was, is);
    }
  }

  /** The versions of all that is known, by name. */
  Map<String, String> versions() {
    Map<String, String> versions = HashMap.newHashMap(known.size());
    known.forEach((name, entry) -> versions.put(name, entry.version()));
    return versions;
  }

  /** What was told and could not be taken, and why, by name. */
  Map<String, String> refused() {
    return Map.copyOf(refused);
  }
}
