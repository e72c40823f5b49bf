// SPDX-License-Identifier: Apache-2.0

/**
 * What is measured and with what: the open-loop generator, the backends, the systems under test
 * with their configurations, and the meters of CPU, memory and noise.
 */
@NullMarked
package io.waypoint.load.rig;

import org.jspecify.annotations.NullMarked;
