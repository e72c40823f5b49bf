// SPDX-License-Identifier: Apache-2.0

/** Services and workloads as istiod tells them, by incremental discovery. */
@NullMarked
package io.waypoint.discovery.wds;

import org.jspecify.annotations.NullMarked;
