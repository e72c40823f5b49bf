// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

/** Names a Gateway, that is a waypoint: {@code namespace/name}. */
public record GatewayName(String namespace, String name) {
  /** Reads {@code namespace/name}; a bare name is one in namespace {@code default}. */
  public static GatewayName parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new GatewayName("default", text)
        : new GatewayName(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
