// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.Map;

/**
 * Where and from what it was measured.
 *
 * @param coLocated whether generator, backends and system share one machine, as they do here
 * @param versions of every system, and its flags
 */
public record Machine(
    String processor,
    int cores,
    String kernel,
    String java,
    String commit,
    String date,
    boolean coLocated,
    Map<String, String> versions) {}
