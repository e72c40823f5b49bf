// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.transport.Transport;

/**
 * What moves the bytes on this machine: the fastest of what is there. Netty's own switch {@code
 * -Dio.netty.transport.noNative=true} takes the native parts away.
 *
 * @param transport {@code epoll} where its library is, else {@code nio}
 * @param tls {@code BoringSSL} where its library is, else {@code JDK}
 */
public record Machinery(String transport, String tls) {
  public static Machinery present() {
    return new Machinery(
        inet().name(), TlsContexts.best() == SslProvider.JDK ? "JDK" : OpenSsl.versionString());
  }

  @Override
  public String toString() {
    return transport + ", " + tls;
  }

  static Transport inet() {
    Transport best = Transport.nativeTransport();
    return best != null && best.available() ? best : Transport.NIO;
  }
}
