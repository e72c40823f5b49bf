// SPDX-License-Identifier: Apache-2.0

/** Authorization policies as written, with Istio's names. */
@NullMarked
package io.waypoint.rbac.model;

import org.jspecify.annotations.NullMarked;
