// SPDX-License-Identifier: Apache-2.0

/**
 * Asking external authorizers, over gRPC ({@code envoy.service.auth.v3.Authorization/Check}) and
 * HTTP, and whoever counts requests ({@code envoy.service.ratelimit.v3.RateLimitService}); {@link
 * io.waypoint.authorizer.Asker} is the front door, one for each event loop.
 */
@NullMarked
package io.waypoint.authorizer;

import org.jspecify.annotations.NullMarked;
