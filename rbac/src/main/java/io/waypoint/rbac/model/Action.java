// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/** What a policy does with the requests that its rules match. */
public enum Action {
  ALLOW,
  DENY,
  AUDIT,
  CUSTOM
}
