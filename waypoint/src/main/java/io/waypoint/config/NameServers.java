// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import io.waypoint.world.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The setting {@code instance.nameServers}. */
public final class NameServers {
  private static final int DNS = 53;

  private NameServers() {}

  /**
   * The servers of a list such as {@code 10.96.0.10, [fd00::a]:5353}; none for null.
   *
   * @throws IllegalArgumentException when one is not an address, with a port or without
   */
  public static List<InetSocketAddress> parse(@Nullable String list) {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String each : list == null ? new String[0] : list.split(",", -1)) {
      servers.add(server(each.strip()));
    }
    return servers;
  }

  /** Whether each of a list is one. */
  static boolean areThere(String list) {
    try {
      return !parse(list).isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static InetSocketAddress server(String text) {
    InetAddress bare = IpText.parse(text);
    if (bare != null) {
      return new InetSocketAddress(bare, DNS);
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    InetAddress address = IpText.parse(bracketed ? host.substring(1, host.length() - 1) : host);
    String digits = text.substring(colon + 1);
    if (address == null || !digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535) {
      throw new IllegalArgumentException(
          "instance.nameServers: \"" + text + "\" is not an address such as 10.96.0.10:53");
    }
    return new InetSocketAddress(address, Integer.parseInt(digits));
  }
}
