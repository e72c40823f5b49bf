// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import java.util.concurrent.CompletionStage;

/** What a filter wants to happen next. */
public sealed interface Decision {
  /** The request goes on; a constant, so that the usual way allocates nothing. */
  Decision CONTINUE = new Continue();

  /** See {@link #CONTINUE}. */
  record Continue() implements Decision {}

  /** The exchange ends here with this answer. */
  record Respond(LocalReply reply) implements Decision {}

  /**
   * The exchange waits. A stage that fails ends the exchange with 500: a filter that cannot decide
   * has not let the request pass.
   */
  record Await(CompletionStage<Decision> decision) implements Decision {}
}
