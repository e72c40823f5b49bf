// SPDX-License-Identifier: Apache-2.0

/**
 * What users expect of their policies, in files: sets of policies, the surroundings in which they
 * hold, requests, and how each is to be judged. {@link io.waypoint.expectation.Expectations} reads
 * and runs them.
 */
@NullMarked
package io.waypoint.expectation;

import org.jspecify.annotations.NullMarked;
