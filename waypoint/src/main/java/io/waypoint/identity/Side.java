// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

/** Which side of TLS the peer is. */
public enum Side {
  /** It called us, so its certificate must be good for client authentication. */
  CLIENT("1.3.6.1.5.5.7.3.2"),
  /** We called it, so its certificate must be good for server authentication. */
  SERVER("1.3.6.1.5.5.7.3.1");

  private final String purpose;

  Side(String purpose) {
    this.purpose = purpose;
  }

  /** The object identifier that an extended key usage must contain, if there is one. */
  String purpose() {
    return purpose;
  }
}
