// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Addresses in 240.240.0.0/16 for services that have none. An address is a hash of the name, so
 * that it stays the same from start to start; the rare collision is resolved in the order of names.
 */
final class VirtualAddresses {
  private static final int SPAN = 0xfffe;

  private final List<ServiceSpec> services;
  private @Nullable Set<String> taken;

  VirtualAddresses(List<ServiceSpec> services) {
    this.services = services;
  }

  /** The service's own addresses, or one made for it. Ask in the order of names. */
  List<String> of(ServiceSpec service, List<String> own) {
    if (!own.isEmpty()) {
      return own;
    }
    Set<String> others = taken();
    int hash = Math.floorMod(service.key().hashCode() * 0x9E3779B1, SPAN);
    for (int i = 0; i < SPAN; i++) {
      int host = (hash + i) % SPAN + 1;
      String address = "240.240." + (host >> 8) + "." + (host & 0xff);
      if (others.add(address)) {
        return List.of(address);
      }
    }
    throw new IllegalStateException("more than " + SPAN + " services without an address");
  }

  /** In a cluster every service has an address, or nearly so. */
  private Set<String> taken() {
    Set<String> known = taken;
    if (known == null) {
      known = new HashSet<>();
      for (ServiceSpec service : services) {
        known.addAll(service.addresses());
      }
      taken = known;
    }
    return known;
  }
}
