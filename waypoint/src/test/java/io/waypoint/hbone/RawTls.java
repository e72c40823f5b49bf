// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.identity.Material;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS of raw peers: the JDK's, trusting everybody, showing whatever certificate it is given. */
final class RawTls {
  private RawTls() {}

  static SSLContext context(@Nullable Material material) {
    try {
      KeyManager[] keys = new KeyManager[0];
      if (material != null) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "own", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        keys = factory.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new TrustsEverybody()}, null);
      return context;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A client before its handshake, which happens with the first byte. */
  static SSLSocket socket(
      SSLContext context, InetSocketAddress address, String protocol, String... alpn)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.setTcpNoDelay(true);
    configure(socket, protocol, alpn);
    return socket;
  }

  static RawPeer connect(InetSocketAddress address, Material material) {
    return connect(address, context(material));
  }

  static RawPeer connect(InetSocketAddress address, SSLContext context) {
    try {
      SSLSocket socket = socket(context, address, "TLSv1.3", "h2");
      socket.startHandshake();
      return new RawPeer(socket, false);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void configure(SSLSocket socket, String protocol, String... alpn) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    parameters.setApplicationProtocols(alpn);
    socket.setSSLParameters(parameters);
  }

  /** A listening socket whose connections a test takes one by one. */
  static final class Listener implements AutoCloseable {
    private final SSLServerSocket socket;

    Listener(Material material) {
      try {
        socket =
            (SSLServerSocket)
                context(material)
                    .getServerSocketFactory()
                    .createServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
        socket.setNeedClientAuth(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(RawPeer.PATIENCE_SECONDS));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    WorkloadAddress workload(String authority) {
      return new WorkloadAddress(
          address(), HboneRig.WAYPOINT.uri(), authority, WorkloadAddress.OWN);
    }

    /** The next connection after its handshake. */
    SSLSocket acceptSocket() {
      try {
        SSLSocket accepted = (SSLSocket) socket.accept();
        accepted.setTcpNoDelay(true);
        configure(accepted, "TLSv1.3", "h2");
        accepted.startHandshake();
        return accepted;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    RawPeer accept() {
      return new RawPeer(acceptSocket(), true);
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed is closed.
      }
    }
  }

  private static final class TrustsEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
