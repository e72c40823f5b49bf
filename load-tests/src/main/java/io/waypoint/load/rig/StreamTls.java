// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.waypoint.identity.Material;
import io.waypoint.identity.PeerTrustManager;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * HTTP/2 over mutual TLS 1.3 without a tunnel, for the contender that cannot take tunnels. Its
 * writes are brought together once a turn of the loop, as those of tunnels are.
 */
final class StreamTls {
  private static final int MOST_READS = 256;

  private StreamTls() {}

  static SslContext server(Material material) {
    return built(
        SslContextBuilder.forServer(material.key(), chain(material))
            .clientAuth(ClientAuth.REQUIRE)
            .trustManager(PeerTrustManager.ofClients(material::trust, InstantSource.system())));
  }

  /**
   * @param identity that the far side must prove
   */
  static SslContext client(Material material, String identity) {
    return built(
        SslContextBuilder.forClient()
            .keyManager(material.key(), chain(material))
            .endpointIdentificationAlgorithm(null)
            .trustManager(
                PeerTrustManager.ofServers(
                    material::trust, InstantSource.system(), Set.of(identity))));
  }

  private static X509Certificate[] chain(Material material) {
    return material.chain().toArray(X509Certificate[]::new);
  }

  private static SslContext built(SslContextBuilder builder) {
    try {
      return builder
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
          .protocols("TLSv1.3")
          .sessionCacheSize(1)
          .sessionTimeout(1)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2))
          .build();
    } catch (SSLException e) {
      throw new RigException("TLS cannot be set up", e);
    }
  }

  /** TLS first; {@code next} is asked on the loop for what speaks HTTP/2 in it. */
  static ChannelHandler channel(SslContext context, Function<Channel, ChannelHandler> next) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(
                context.newHandler(channel.alloc()),
                new FlushConsolidationHandler(MOST_READS, true),
                next.apply(channel));
      }
    };
  }
}
