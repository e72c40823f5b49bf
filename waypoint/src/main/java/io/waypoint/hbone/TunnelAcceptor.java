// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides about CONNECTs. Called on the event loop of the connection. */
@FunctionalInterface
public interface TunnelAcceptor {
  /**
   * Answers now or later, from any thread; the first answer counts, and none within {@link
   * HboneSettings#answerTimeout} is 503. An exception is 503 as well: nothing is accepted by
   * accident.
   */
  void accept(Connect connect, Consumer<ConnectAnswer> answer);

  /**
   * The bytes of a tunnel accepted as {@link ConnectAnswer.Inner#SNIFF} are not HTTP, or those of
   * one accepted as {@link ConnectAnswer.Inner#TLS} have told which server is asked for. The
   * consumer takes the connection to join it to, or null to end the tunnel; without an override it
   * is ended.
   */
  default void relay(Connect connect, Consumer<@Nullable Uplink> uplink) {
    uplink.accept(null);
  }
}
