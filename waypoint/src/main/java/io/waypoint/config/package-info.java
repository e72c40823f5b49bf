// SPDX-License-Identifier: Apache-2.0

/**
 * Reading what people write: YAML with positions, problems that name file, line and column, and the
 * static settings of the process.
 */
@NullMarked
package io.waypoint.config;

import org.jspecify.annotations.NullMarked;
