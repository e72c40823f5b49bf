// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

/** What the metrics say about configuration; read at a scrape, from any thread. */
public interface ConfigState {
  /** How many worlds were published; 0 before the first. */
  long generation();

  /** When the world in use was published, in milliseconds since 1970; 0 before the first. */
  long lastGoodMillis();

  /** Whether the latest change became a world, rather than being rejected as a whole. */
  boolean lastChangeTaken();

  /** How many problems the latest change has, taken or not. */
  int problems();
}
