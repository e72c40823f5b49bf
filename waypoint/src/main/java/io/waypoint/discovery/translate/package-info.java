// SPDX-License-Identifier: Apache-2.0

/** Kubernetes, Gateway API and Istio objects to a world. */
@NullMarked
package io.waypoint.discovery.translate;

import org.jspecify.annotations.NullMarked;
