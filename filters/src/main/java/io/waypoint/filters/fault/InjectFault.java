// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.fault;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.FilterSpec.Fault;
import java.util.List;

/** Holds a request up, then answers it with an error; each by its own share. */
public final class InjectFault implements Filter {
  private final Fault fault;
  private final Decision aborted;

  public InjectFault(Fault fault) {
    this.fault = fault;
    Fault.Abort abort = fault.abort();
    this.aborted =
        abort == null
            ? Decision.CONTINUE
            : new Decision.Respond(
                new LocalReply(
                    abort.status(),
                    abort.grpcStatus(),
                    List.of(),
                    "fault filter abort",
                    "FI",
                    "fault_filter_abort"));
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    Fault.Delay delay = fault.delay();
    return delay != null && delay.share().holds(exchange.random())
        ? new Decision.Await(exchange.pause(delay.time()).thenApply(over -> abort(exchange)))
        : abort(exchange);
  }

  private Decision abort(Exchange exchange) {
    Fault.Abort abort = fault.abort();
    return abort != null && abort.share().holds(exchange.random()) ? aborted : Decision.CONTINUE;
  }
}
