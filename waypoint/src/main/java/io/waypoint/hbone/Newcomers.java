// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.Channel;

/** Takes accepted channels, on their loop, before the first byte is read. */
@FunctionalInterface
public interface Newcomers {
  /** Puts its own handlers behind those that are there. */
  void accept(Channel channel);
}
