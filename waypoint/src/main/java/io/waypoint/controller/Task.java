// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

/** What there is to look at. */
sealed interface Task {
  /** A class of Gateways. */
  record OfClass(String name) implements Task {}

  /** A Gateway and everything that is made for it. */
  record OfGateway(String namespace, String name) implements Task {}

  /** Policies of ztunnel that may keep a waypoint out, all of them. */
  record OfPolicies() implements Task {}
}
