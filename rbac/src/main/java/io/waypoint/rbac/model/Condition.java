// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/**
 * A further condition on an attribute.
 *
 * @param key for example {@code request.headers[x-role]} or {@code source.ip}
 */
public record Condition(String key, Values values) {}
