// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

/** The answer to "what is this CONNECT authority?". */
public sealed interface Lookup {
  /** The one {@link Unknown}. */
  Lookup UNKNOWN = new Unknown();

  /** The one {@link NotOurs}. */
  Lookup NOT_OURS = new NotOurs();

  /** A destination that this waypoint serves. */
  record Found(Destination destination) implements Lookup {}

  /** No service, workload or port of this name, or ourselves: CONNECT is answered 404. */
  record Unknown() implements Lookup {}

  /** Known, but bound to another waypoint or to none: CONNECT is answered 403. */
  record NotOurs() implements Lookup {}
}
