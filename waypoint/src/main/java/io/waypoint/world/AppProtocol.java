// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a service port speaks, as Istio reads {@code appProtocol} and the port's name. */
public enum AppProtocol {
  HTTP,
  HTTP2,
  GRPC,
  /** Relayed: TCP, Mongo, Redis, MySQL, and the well-known server-first ports. */
  TCP,
  /** Relayed: TLS and HTTPS pass through. */
  TLS,
  /** Undeclared: the first bytes decide, and silence means TCP. */
  UNKNOWN;

  /**
   * Whether the port is HTTP by declaration, so that nothing needs to be sniffed but the HTTP
   * version.
   */
  public boolean isHttp() {
    return this == HTTP || this == HTTP2 || this == GRPC;
  }

  /**
   * Istio's protocol selection: {@code appProtocol} wins over the port's name, whose prefix up to
   * the first dash counts.
   */
  public static AppProtocol select(
      @Nullable String appProtocol, @Nullable String portName, int port) {
    String declared = appProtocol != null ? appProtocol : portName == null ? "" : portName;
    String word = declared.toLowerCase(Locale.ROOT);
    if (appProtocol == null && !word.startsWith("grpc-web")) {
      int dash = word.indexOf('-');
      word = dash < 0 ? word : word.substring(0, dash);
    }
    return switch (word) {
      case "http", "kubernetes.io/ws", "http_proxy", "http-proxy", "grpc-web" -> HTTP;
      case "http2", "kubernetes.io/h2c", "h2c" -> HTTP2;
      case "grpc" -> GRPC;
      case "tcp", "mongo", "redis", "mysql" -> TCP;
      case "tls", "https", "kubernetes.io/wss" -> TLS;
      default -> port == 25 || port == 53 || port == 3306 || port == 27017 ? TCP : UNKNOWN;
    };
  }
}
