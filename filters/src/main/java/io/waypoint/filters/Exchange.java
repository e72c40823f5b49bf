// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import io.waypoint.routing.RequestHead;

/** One request and its answer, as filters see them. */
public interface Exchange {
  /** The request as it was judged: filters do not change what policy and routing saw. */
  RequestHead head();

  /** The fields that go upstream; hop-by-hop fields are not among those that reach it. */
  Headers requestHeaders();

  /** Replaces the host that goes upstream ({@code :authority} or {@code Host}). */
  void rewriteAuthority(String authority);

  /** The fields of the answer; only while it passes back through the chain. */
  Headers responseHeaders();
}
