// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.waypoint.rbac.identity.SpiffeId;

/** Opens tunnels. */
public interface Dialer {
  /**
   * A tunnel that does not read yet.
   *
   * @param loop the loop that the tunnel must live on
   * @param caller whose certificate is shown
   */
  Future<Channel> dial(EventLoop loop, SpiffeId caller, Hop.Tunnel hop);
}
