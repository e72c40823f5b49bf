// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions for the addresses of a host. IPv4 goes first; a host that has none is called by IPv6.
 */
final class Questions {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
  private static final int MOST_ADDRESSES = 256;
  private static final long TIMEOUT_MILLIS = 2_000;

  private final DnsServerAddressStreamProvider provider;
  private final DnsNameResolver dns;

  /**
   * @param addresses sorted; empty when there are none
   * @param seconds for how long that is so
   * @param why there are none
   */
  record Reply(List<InetAddress> addresses, long seconds, String why) {}

  Questions(EventLoop loop, List<InetSocketAddress> servers) {
    this.provider =
        servers.isEmpty()
            ? DnsServerAddressStreamProviders.platformDefault()
            : new SequentialDnsServerAddressStreamProvider(servers);
    this.dns =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(NioDatagramChannel.class)
            .socketChannelType(NioSocketChannel.class)
            .queryTimeoutMillis(TIMEOUT_MILLIS)
            .nameServerProvider(provider)
            .build();
  }

  /** The reply comes on the loop. */
  void ask(String host, Consumer<Reply> then) {
    ask(
        host,
        DnsRecordType.A,
        four -> {
          if (!four.addresses().isEmpty()) {
            then.accept(four);
            return;
          }
          try {
            hasNone(host, servers(host), isSo -> next(isSo, host, four, then));
          } catch (RuntimeException e) {
            LOG.warn("{} cannot be asked for", host, e);
            then.accept(four);
          }
        });
  }

  /** What failed says nothing: IPv6 must not take the place of an IPv4 that was not to be had. */
  private void next(boolean isSo, String host, Reply four, Consumer<Reply> then) {
    if (isSo) {
      ask(host, DnsRecordType.AAAA, then);
    } else {
      then.accept(four);
    }
  }

  private void ask(String host, DnsRecordType type, Consumer<Reply> then) {
    dns.resolveAll(question(host, type))
        .addListener((Future<List<DnsRecord>> answer) -> then.accept(reply(answer)));
  }

  /** A name is whole: without the dot the system's search list would come into it. */
  private static DnsQuestion question(String host, DnsRecordType type) {
    return new DefaultDnsQuestion(host + ".", type);
  }

  private Iterator<InetSocketAddress> servers(String host) {
    DnsServerAddressStream stream = provider.nameServerAddressStream(host + ".");
    return Stream.generate(stream::next).limit(stream.size()).iterator();
  }

  /**
   * Whether a server says that a host has no IPv4 address. The resolver fails alike whether there
   * is none or nobody knows, so the code of the answer is asked for by itself.
   */
  private void hasNone(String host, Iterator<InetSocketAddress> servers, Consumer<Boolean> then) {
    if (!servers.hasNext()) {
      then.accept(false);
      return;
    }
    dns.query(servers.next(), question(host, DnsRecordType.A))
        .addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> answer) -> {
          Boolean none = answer.isSuccess() ? none(answer.getNow()) : null;
          if (none == null) {
            hasNone(host, servers, then);
          } else {
            then.accept(none);
          }
        });
  }

  /** Null when the server cannot say. */
  private static @Nullable Boolean none(
      AddressedEnvelope<DnsResponse, InetSocketAddress> envelope) {
    try {
      DnsResponse response = envelope.content();
      if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
        return true;
      }
      if (!response.code().equals(DnsResponseCode.NOERROR) || response.isTruncated()) {
        return null;
      }
      for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
        if (response.recordAt(DnsSection.ANSWER, i).type().equals(DnsRecordType.A)) {
          return false;
        }
      }
      return true;
    } finally {
      envelope.release();
    }
  }

  private static Reply reply(Future<List<DnsRecord>> answer) {
    if (!answer.isSuccess()) {
      return new Reply(List.of(), 0, reason(answer.cause()));
    }
    List<InetAddress> addresses = new ArrayList<>();
    long seconds = Long.MAX_VALUE;
    for (DnsRecord record : answer.getNow()) {
      InetAddress address = addresses.size() < MOST_ADDRESSES ? address(record) : null;
      if (address != null) {
        addresses.add(address);
        seconds = Math.min(seconds, record.timeToLive());
      }
      ReferenceCountUtil.release(record);
    }
    return new Reply(HostResolver.sorted(addresses), seconds, "it has no address");
  }

  private static String reason(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    return message == null ? "no answer" : message.lines().findFirst().orElse("no answer");
  }

  private static @Nullable InetAddress address(DnsRecord record) {
    boolean isAddress =
        record.type().equals(DnsRecordType.A) || record.type().equals(DnsRecordType.AAAA);
    if (!isAddress || !(record instanceof DnsRawRecord raw)) {
      return null;
    }
    ByteBuf content = raw.content();
    int length = record.type().equals(DnsRecordType.A) ? 4 : 16;
    if (content.readableBytes() != length) {
      return null;
    }
    try {
      // Without the name: who dials must not look it up once more, when it may mean another host.
      return InetAddress.getByAddress(ByteBufUtil.getBytes(content));
    } catch (UnknownHostException _) {
      return null;
    }
  }
}
