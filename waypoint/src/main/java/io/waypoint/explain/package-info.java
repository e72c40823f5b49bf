// SPDX-License-Identifier: Apache-2.0
/**
 * What would become of a request, and why: the questions that an exchange asks, in its order, put
 * to the same code, with every answer kept. {@link io.waypoint.explain.Explainer} is the front
 * door.
 */
@NullMarked
package io.waypoint.explain;

import org.jspecify.annotations.NullMarked;
