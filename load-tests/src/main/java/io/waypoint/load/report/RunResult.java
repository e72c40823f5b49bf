// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.List;

/**
 * Everything of one call of the harness; the raw JSON is this.
 *
 * @param complete false when somebody stopped it
 */
public record RunResult(Machine machine, List<CellResult> cells, boolean complete) {}
