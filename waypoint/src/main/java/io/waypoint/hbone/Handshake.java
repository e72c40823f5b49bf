// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.waypoint.identity.PeerRefusedException;
import io.waypoint.identity.PeerTrustManager;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of the TLS handshake; what comes after sees only peers that have an identity
 * and speak h2.
 */
final class Handshake extends ChannelInboundHandlerAdapter {
  /** A verified peer. */
  record Peer(SpiffeId id, List<X509Certificate> chain) {}

  private final HboneTransport transport;
  private final Consumer<Peer> then;
  private @Nullable Refusal refusal;

  Handshake(HboneTransport transport, Consumer<Peer> then) {
    this.transport = transport;
    this.then = then;
  }

  /** Why the handshake failed; null while it has not. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (!(event instanceof SslHandshakeCompletionEvent done)) {
      super.userEventTriggered(ctx, event);
      return;
    }
    if (!done.isSuccess()) {
      refuse(ctx, PeerRefusedException.behind(done.cause()));
      return;
    }
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (!ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      refuse(ctx, Refusal.TLS_NO_ALPN);
      return;
    }
    SSLSession session = tls.engine().getSession();
    switch (PeerTrustManager.identity(session)) {
      case PeerVerdict.Refused(Refusal reason) -> refuse(ctx, reason);
      case PeerVerdict.Verified(SpiffeId id) -> {
        then.accept(new Peer(id, chain(session)));
        ctx.pipeline().remove(this);
      }
    }
  }

  private static List<X509Certificate> chain(SSLSession session) throws SSLPeerUnverifiedException {
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate certificate : session.getPeerCertificates()) {
      chain.add((X509Certificate) certificate);
    }
    return List.copyOf(chain);
  }

  private void refuse(ChannelHandlerContext ctx, Refusal reason) {
    refusal = reason;
    transport.events().refused(reason, ctx.channel().remoteAddress(), "");
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A failed handshake is reported once, by its completion event; anything else ends the
    // connection.
    ctx.close();
  }
}
