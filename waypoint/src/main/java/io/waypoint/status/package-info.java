// SPDX-License-Identifier: Apache-2.0

/**
 * What we tell the authors of objects: decisions as pure functions, and one writer among our
 * replicas.
 */
@NullMarked
package io.waypoint.status;

import org.jspecify.annotations.NullMarked;
