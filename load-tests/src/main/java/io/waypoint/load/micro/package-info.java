// SPDX-License-Identifier: Apache-2.0

/** What single decisions cost, measured with JMH. */
@NullMarked
package io.waypoint.load.micro;

import org.jspecify.annotations.NullMarked;
