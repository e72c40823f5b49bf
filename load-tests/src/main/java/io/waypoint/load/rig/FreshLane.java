// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.channel.ChannelFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lane without a tunnel: each request opens one, and closes it when it is answered. */
final class FreshLane extends Lane implements Lane.Turn {
  private final Supplier<ChannelFuture> dial;
  private final Requests requests;
  private final Turn turn;
  private @Nullable Lane current;

  /**
   * @param dial opens the next tunnel
   */
  FreshLane(Supplier<ChannelFuture> dial, Requests requests, Turn turn) {
    this.dial = dial;
    this.requests = requests;
    this.turn = turn;
  }

  @Override
  void send() {
    ChannelFuture dialled = dial.get();
    dialled.addListener(done -> {
      if (dialled.isSuccess()) {
        Http1Lane lane = new Http1Lane(dialled.channel(), requests, this);
        current = lane;
        lane.send();
      } else {
        turn.ended(this, "no tunnel", 0);
      }
    });
  }

  @Override
  void close() {
    if (current != null) {
      current.close();
    }
  }

  @Override
  public void ended(Lane lane, @Nullable String problem, long bytes) {
    lane.close();
    turn.ended(this, problem, bytes);
  }

  @Override
  public void broken(Lane lane, String problem, boolean underWay) {
    if (underWay) {
      turn.ended(this, problem, 0);
    }
  }
}
