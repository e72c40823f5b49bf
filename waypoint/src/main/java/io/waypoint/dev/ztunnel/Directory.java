// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.waypoint.rbac.identity.SpiffeId;

/** What the node proxy knows of the mesh. Answers at once, from the current state. */
public interface Directory {
  /**
   * @param caller who dials; a short service name is looked up in the caller's namespace
   * @param host a service's name, short or full, or a literal address
   * @param port the service's port
   */
  Hop find(SpiffeId caller, String host, int port);
}
