// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

/**
 * A port among those of all services.
 *
 * @param service as {@link ServiceSpec#key} names it
 */
record PortKey(String service, int port) {}
