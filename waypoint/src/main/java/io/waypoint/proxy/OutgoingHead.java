// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/**
 * A request as filters have left it.
 *
 * @param authority the host that the application sees
 * @param target path and query that the application sees
 */
record OutgoingHead(CanonicalRequest request, String authority, String target) {
  static OutgoingHead of(CanonicalRequest request) {
    return new OutgoingHead(request, request.authority(), request.target());
  }
}
