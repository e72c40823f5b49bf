// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

/** Someone who waits for a connection. Exactly one of the two methods is called, on the loop. */
public interface Acquisition {
  /** Whether it still waits; a connection is not given to a request whose caller has gone. */
  boolean isWaiting();

  /**
   * A request may be sent.
   *
   * @param request not yet written
   * @param connection to be released when both directions are finished
   */
  void acquired(UpstreamRequest request, UpstreamConnection connection);

  void failed(UpstreamFailure failure);
}
