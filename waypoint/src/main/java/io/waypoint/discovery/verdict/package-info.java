// SPDX-License-Identifier: Apache-2.0
/**
 * What is to be said of routes: conditions as the Gateway API words them. A function of what
 * reading them found, so that a terminal and an API server are told the same.
 */
@NullMarked
package io.waypoint.discovery.verdict;

import org.jspecify.annotations.NullMarked;
