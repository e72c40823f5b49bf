// SPDX-License-Identifier: Apache-2.0

/** What istiod does for a mesh, for the mesh of one machine: certificates and discovery. */
@NullMarked
package io.waypoint.dev.controlplane;

import org.jspecify.annotations.NullMarked;
