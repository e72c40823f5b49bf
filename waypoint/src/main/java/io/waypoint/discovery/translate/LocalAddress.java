// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.world.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Reads the annotation that says where a process of this machine listens. */
final class LocalAddress {
  private LocalAddress() {}

  static @Nullable InetSocketAddress of(Manifest manifest) {
    return of(manifest.annotation(LocalTable.ANNOTATION));
  }

  /** Null without annotation; a malformed one is a problem. No name but localhost is looked up. */
  static @Nullable InetSocketAddress of(Doc annotation) {
    String text = annotation.text("");
    if (text.isEmpty()) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    InetAddress address = IpText.parse(host.equals("localhost") ? "127.0.0.1" : host);
    int port = port(text.substring(colon + 1));
    if (address == null || port == 0) {
      annotation.error(
          Code.BAD_ENDPOINT,
          LocalTable.ANNOTATION + " is \"" + text + "\"",
          "write an address and a port, for example 127.0.0.1:8080");
      return null;
    }
    return new InetSocketAddress(address, port);
  }

  private static int port(String digits) {
    if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(Character::isDigit)) {
      return 0;
    }
    int port = Integer.parseInt(digits);
    return port > 65535 ? 0 : port;
  }
}
