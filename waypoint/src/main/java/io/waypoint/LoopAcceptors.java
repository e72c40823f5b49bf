// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import io.waypoint.hbone.Connect;
import io.waypoint.hbone.ConnectAnswer;
import io.waypoint.hbone.TunnelAcceptor;
import io.waypoint.hbone.Uplink;
import io.waypoint.refusal.Refusal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a CONNECT to the policy of the loop on which it arrived. */
final class LoopAcceptors implements TunnelAcceptor {
  private final List<LoopServers> loops;

  LoopAcceptors(List<LoopServers> loops) {
    this.loops = loops;
  }

  private @Nullable TunnelAcceptor here() {
    for (LoopServers loop : loops) {
      if (loop.isHere()) {
        return loop.acceptor();
      }
    }
    return null;
  }

  @Override
  public void accept(Connect connect, Consumer<ConnectAnswer> answer) {
    TunnelAcceptor acceptor = here();
    if (acceptor == null) {
      answer.accept(new ConnectAnswer.Refuse(503, Refusal.CONNECT_NOT_READY));
    } else {
      acceptor.accept(connect, answer);
    }
  }

  @Override
  public void relay(Connect connect, Consumer<@Nullable Uplink> uplink) {
    TunnelAcceptor acceptor = here();
    if (acceptor == null) {
      uplink.accept(null);
    } else {
      acceptor.relay(connect, uplink);
    }
  }
}
