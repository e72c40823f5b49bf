// SPDX-License-Identifier: Apache-2.0

/** The world from a Kubernetes API server, kept up to date by watching it. */
@NullMarked
package io.waypoint.discovery.kube;

import org.jspecify.annotations.NullMarked;
