// SPDX-License-Identifier: Apache-2.0

/** The bookshop that the first steps of Istio are told with, as small servers of our own. */
@NullMarked
package io.waypoint.dev.bookinfo;

import org.jspecify.annotations.NullMarked;
