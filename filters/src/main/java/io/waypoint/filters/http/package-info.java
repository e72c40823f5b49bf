// SPDX-License-Identifier: Apache-2.0

/** The filters of Gateway API, one class each. */
@NullMarked
package io.waypoint.filters.http;

import org.jspecify.annotations.NullMarked;
