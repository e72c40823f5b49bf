// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a tunnel: those of every channel, whether a received END_STREAM leaves our
 * direction open, and, as for TCP, whether closing resets ({@code SO_LINGER} of 0).
 */
final class TunnelChannelConfig extends DefaultChannelConfig {
  private static final int NO_LINGER_OPTION = -1;

  private volatile boolean allowHalfClosure;
  private volatile int soLinger = NO_LINGER_OPTION;

  TunnelChannelConfig(TunnelChannel channel) {
    super(channel);
  }

  @Override
  protected void autoReadCleared() {
    ((TunnelChannel) channel).forgetRead();
  }

  boolean isAllowHalfClosure() {
    return allowHalfClosure;
  }

  /** Whether closing cuts both directions off instead of ending ours. */
  boolean isResetOnClose() {
    return soLinger == 0;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        super.getOptions(), ChannelOption.ALLOW_HALF_CLOSURE, ChannelOption.SO_LINGER);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T getOption(ChannelOption<T> option) {
    if (option.equals(ChannelOption.SO_LINGER)) {
      return (T) (Integer) soLinger;
    }
    return option.equals(ChannelOption.ALLOW_HALF_CLOSURE)
        ? (T) (Boolean) allowHalfClosure
        : super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
      allowHalfClosure = (Boolean) value;
      return true;
    }
    if (option.equals(ChannelOption.SO_LINGER)) {
      soLinger = (Integer) value;
      return true;
    }
    // Options of TCP sockets that Vert.x sets on everything it dials mean nothing to a tunnel.
    return super.setOption(option, value)
        || option.equals(ChannelOption.TCP_NODELAY)
        || option.equals(ChannelOption.SO_KEEPALIVE);
  }
}
