// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

/** The answer to "what is this CONNECT authority?". */
public sealed interface Lookup {
  /** A destination that this waypoint serves. */
  record Found(Destination destination) implements Lookup {}

  /** No service, workload or port of this name: CONNECT is answered 404. */
  record Unknown() implements Lookup {}

  /** Known, but bound to another waypoint or to none: CONNECT is answered 403. */
  record NotOurs() implements Lookup {}
}
