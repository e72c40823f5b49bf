// SPDX-License-Identifier: Apache-2.0

/** A waypoint in a pod of a cluster: the parts that differ from one that is run with files. */
@NullMarked
package io.waypoint.pod;

import org.jspecify.annotations.NullMarked;
