// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.waypoint.identity.Material;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Looks at the certificates that are shown on the wire: those of servers by dialling them, those of
 * clients by being dialled. It hangs up after each handshake.
 */
final class Witness implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 15;

  private final Supplier<Material> own;
  private final ServerSocket listener;
  private final BlockingQueue<BigInteger> clients = new LinkedTransferQueue<>();

  /**
   * @param own what it shows itself
   */
  Witness(Supplier<Material> own) throws IOException {
    this.own = own;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::listen);
  }

  /** Where clients meet it. */
  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try (Socket plain = listener.accept()) {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        clients.add(shake(socket));
      } catch (IOException e) {
        // The test is over, or it waits in vain for this client and says so.
      }
    }
  }

  /** The serial number of the next client. */
  BigInteger client() throws InterruptedException {
    BigInteger serial = clients.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (serial == null) {
      throw new AssertionError("nobody has dialled the witness");
    }
    return serial;
  }

  /** The serial number of a server. */
  BigInteger server(InetSocketAddress address) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      return shake(socket);
    }
  }

  private static BigInteger shake(SSLSocket socket) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    socket.startHandshake();
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
  }

  private SSLContext context() throws IOException {
    Material material = own.get();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsEverybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
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
