// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

/** What was spoken inside the tunnel. */
public enum Protocol {
  HTTP_1_0("HTTP/1.0"),
  HTTP_1_1("HTTP/1.1"),
  HTTP_2("HTTP/2");

  private final String text;

  Protocol(String text) {
    this.text = text;
  }

  /** The access log's {@code protocol}. */
  public String text() {
    return text;
  }
}
