// SPDX-License-Identifier: Apache-2.0

/** The names of everything this proxy refuses: metric label, log flag and message in one place. */
@NullMarked
package io.waypoint.refusal;

import org.jspecify.annotations.NullMarked;
