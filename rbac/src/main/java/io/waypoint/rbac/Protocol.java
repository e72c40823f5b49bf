// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

/** Which of a rule's two forms. */
enum Protocol {
  HTTP,
  TCP
}
