// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.util.function.Consumer;

/** Decides about CONNECTs. Called on the event loop of the connection. */
@FunctionalInterface
public interface TunnelAcceptor {
  /**
   * Answers now or later, from any thread; the first answer counts, and none within {@link
   * HboneSettings#answerTimeout} is 503. An exception is 503 as well: nothing is accepted by
   * accident.
   */
  void accept(Connect connect, Consumer<ConnectAnswer> answer);
}
