// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/**
 * What dry-run policies would have decided; null for an action that has none.
 *
 * @param custom denied when an authorizer would have been asked
 */
public record Shadow(@Nullable Verdict custom, @Nullable Verdict deny, @Nullable Verdict allow) {}
