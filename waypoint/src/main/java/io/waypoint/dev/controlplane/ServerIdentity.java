// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.waypoint.identity.DevCa;
import io.waypoint.identity.ServerKey;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The server's own certificate, made anew when half of its life is over. */
final class ServerIdentity extends X509ExtendedKeyManager {
  private final DevCa ca;
  private final List<String> names;
  private final InstantSource clock;
  private @Nullable ServerKey key;
  private Instant renewal = Instant.MIN;
  private int serial;

  ServerIdentity(DevCa ca, List<String> names, InstantSource clock) {
    this.ca = ca;
    this.names = List.copyOf(names);
    this.clock = clock;
  }

  /** One name for each certificate, because the engine asks for chain and key one by one. */
  private synchronized String alias() {
    Instant now = clock.instant();
    if (key == null || now.isAfter(renewal)) {
      ServerKey made = ca.server(names);
      Instant end = made.chain().getFirst().getNotAfter().toInstant();
      renewal = now.plus(Duration.between(now, end).dividedBy(2));
      key = made;
      serial++;
    }
    return "server-" + serial;
  }

  @Override
  public String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias();
  }

  @Override
  public String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {alias()};
  }

  @Override
  public synchronized X509Certificate @Nullable [] getCertificateChain(String alias) {
    return key == null ? null : key.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public synchronized @Nullable PrivateKey getPrivateKey(String alias) {
    return key == null ? null : key.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
