// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a tunnel: those of every channel, and whether a received END_STREAM leaves our
 * direction open.
 */
final class TunnelChannelConfig extends DefaultChannelConfig {
  private volatile boolean allowHalfClosure;

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

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), ChannelOption.ALLOW_HALF_CLOSURE);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T getOption(ChannelOption<T> option) {
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
    // Options of TCP sockets that Vert.x sets on everything it dials mean nothing to a tunnel.
    return super.setOption(option, value)
        || option.equals(ChannelOption.TCP_NODELAY)
        || option.equals(ChannelOption.SO_KEEPALIVE);
  }
}
