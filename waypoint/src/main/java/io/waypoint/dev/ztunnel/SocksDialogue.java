// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import io.netty.util.concurrent.Future;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SOCKS5 (RFC 1928, RFC 1929) up to the moment the relay begins. The user name
 * says who dials; the password is of no meaning.
 *
 * <pre>
 *   methods ──► user name ──► command ──► dialling ──► relay
 *      └────────────┴────────────┴───────────┴───────► refused, closed
 * </pre>
 */
final class SocksDialogue extends ChannelInboundHandlerAdapter {
  private static final String DECODER = "socks-decoder";
  private static final String ENCODER = "socks-encoder";

  private final TrustDomain trustDomain;
  private final Directory directory;
  private final Dialer dialer;
  private final RefusedCallers refused;

  private @Nullable SpiffeId caller;

  SocksDialogue(
      TrustDomain trustDomain, Directory directory, Dialer dialer, RefusedCallers refused) {
    this.trustDomain = trustDomain;
    this.directory = directory;
    this.dialer = dialer;
    this.refused = refused;
  }

  /** Puts the dialogue and its codec at the end of a pipeline whose next byte is the version. */
  void begin(ChannelPipeline pipeline) {
    pipeline
        .addLast(ENCODER, Socks5ServerEncoder.DEFAULT)
        .addLast(DECODER, new Socks5InitialRequestDecoder())
        .addLast(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof Socks5Message said)) {
      context.fireChannelRead(message);
    } else if (said.decoderResult().isFailure()) {
      refuse(context, "malformed SOCKS5", null);
    } else if (said instanceof Socks5InitialRequest methods) {
      greet(context, methods);
    } else if (said instanceof Socks5PasswordAuthRequest user) {
      identify(context, user);
    } else if (said instanceof Socks5CommandRequest command) {
      obey(context, command);
    }
  }

  private void greet(ChannelHandlerContext context, Socks5InitialRequest methods) {
    if (!methods.authMethods().contains(Socks5AuthMethod.PASSWORD)) {
      refuse(
          context,
          "no identity given; put it into the user name: socks5h://sleep.default@127.0.0.1:15080",
          new DefaultSocks5InitialResponse(Socks5AuthMethod.UNACCEPTED));
      return;
    }
    context.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.PASSWORD));
    context.pipeline().replace(DECODER, DECODER, new Socks5PasswordAuthRequestDecoder());
  }

  private void identify(ChannelHandlerContext context, Socks5PasswordAuthRequest user) {
    try {
      caller = CallerName.parse(user.username(), trustDomain);
    } catch (IllegalArgumentException e) {
      refuse(
          context,
          e.getMessage(),
          new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.FAILURE));
      return;
    }
    context.writeAndFlush(new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.SUCCESS));
    context.pipeline().replace(DECODER, DECODER, new Socks5CommandRequestDecoder());
  }

  private void obey(ChannelHandlerContext context, Socks5CommandRequest command) {
    SpiffeId dialling = caller;
    if (dialling == null || !command.type().equals(Socks5CommandType.CONNECT)) {
      answer(context, Socks5CommandStatus.COMMAND_UNSUPPORTED, "only CONNECT is served");
      return;
    }
    if (command.dstPort() == 0 || command.dstAddr().isEmpty()) {
      answer(context, Socks5CommandStatus.FAILURE, "no address and port to connect to");
      return;
    }
    switch (directory.find(dialling, command.dstAddr(), command.dstPort())) {
      case Hop.Nowhere nowhere ->
          answer(context, Socks5CommandStatus.HOST_UNREACHABLE, nowhere.reason());
      case Hop.Tunnel tunnel -> dial(context, dialling, tunnel);
    }
  }

  private void dial(ChannelHandlerContext context, SpiffeId dialling, Hop.Tunnel hop) {
    Joining joining = new Joining(context.channel());
    context.pipeline().addLast(joining);
    dialer
        .dial(context.channel().eventLoop(), dialling, hop)
        .addListener((Future<Channel> dialled) -> connected(context, joining, dialled));
  }

  private void connected(ChannelHandlerContext context, Joining joining, Future<Channel> dialled) {
    if (!dialled.isSuccess()) {
      answer(context, Socks5CommandStatus.CONNECTION_REFUSED, "the mesh refused the connection");
      return;
    }
    if (context.channel().isActive()) {
      context.writeAndFlush(reply(Socks5CommandStatus.SUCCESS));
      context.pipeline().remove(DECODER);
      context.pipeline().remove(ENCODER);
      context.pipeline().remove(this);
    }
    joining.to(dialled.getNow());
  }

  private void answer(ChannelHandlerContext context, Socks5CommandStatus status, String reason) {
    refuse(context, reason, reply(status));
  }

  private static DefaultSocks5CommandResponse reply(Socks5CommandStatus status) {
    return new DefaultSocks5CommandResponse(status, Socks5AddressType.IPv4, "0.0.0.0", 0);
  }

  private void refuse(
      ChannelHandlerContext context, @Nullable String reason, @Nullable Socks5Message answer) {
    refused.tell(reason == null ? "refused" : reason);
    if (answer == null) {
      context.close();
    } else {
      context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
