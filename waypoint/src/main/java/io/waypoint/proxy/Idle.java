// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/** Something that ends when nothing has happened for too long. */
interface Idle {
  void idle();
}
