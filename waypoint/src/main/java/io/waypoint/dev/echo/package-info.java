// SPDX-License-Identifier: Apache-2.0

/** A server that answers with what it was asked. */
@NullMarked
package io.waypoint.dev.echo;

import org.jspecify.annotations.NullMarked;
