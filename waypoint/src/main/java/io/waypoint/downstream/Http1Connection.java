// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.waypoint.hbone.UpgradeAnswer;
import io.waypoint.http1.Part;
import io.waypoint.http1.RequestDecoder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller's HTTP/1 connection: the last handler of a tunnel's channel. One exchange at a time;
 * what the caller sends ahead waits, unread, for the answer before it.
 *
 * <pre>
 *              a head                      answered, and its body read
 *   (idle) ─────────────► (an exchange) ─────────────────────────────► (idle)
 *                               │
 *                               ├─ switchProtocol() ─► SWITCHED ─┐
 *                               └─ close() ──────────────────────┴─► CLOSING ─► CLOSED
 * </pre>
 *
 * <p>Reading stops as soon as something is there that nobody wants yet, so that no more than one
 * read waits here; while nothing is there it goes on, and a caller that leaves is noticed.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

  /** A part that is copied behind its head instead of being written by itself. */
  private static final int SMALL = 8 * 1024;

  /** How long the last bytes of a connection may take. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private enum Phase {
    MESSAGES,
    SWITCHED,
    /** Nothing is read any more; what was written goes out, and then it is closed. */
    CLOSING,
    CLOSED
  }

  private final Http1Acceptor acceptor;
  private final RequestDecoder decoder;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Consumer<IncomingRequest> service;
  private Phase phase = Phase.MESSAGES;
  private @Nullable Http1Exchange exchange;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private @Nullable Throwable failure;
  private boolean advancing;
  private boolean scheduled;
  private boolean reading;
  private boolean stalled;
  private @Nullable Future<?> patience;

  Http1Connection(Http1Acceptor acceptor) {
    this.acceptor = acceptor;
    this.decoder = new RequestDecoder(acceptor.limits());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    service = acceptor.service(ctx.channel());
    ctx.fireChannelActive();
  }

  // What the channel tells.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof ByteBuf data) || phase == Phase.CLOSING || phase == Phase.CLOSED) {
      ReferenceCountUtil.release(msg);
      return;
    }
    reading = true;
    if (held.isReadable()) {
      held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, data);
    } else {
      held.release();
      held = data;
    }
    advance();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Http1Exchange current = exchange;
    if (!ctx.channel().isWritable() || phase == Phase.CLOSED) {
      return;
    }
    if (current == null) {
      later();
    } else {
      Object before = acceptor.loop().enter();
      try {
        current.drained();
      } catch (Throwable e) {
        broke(e);
      } finally {
        acceptor.loop().leave(before);
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = cause;
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    gone();
  }

  private void gone() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    dropHeld();
    if (patience != null) {
      patience.cancel(false);
    }
    Http1Exchange current = exchange;
    exchange = null;
    if (current != null) {
      Object before = acceptor.loop().enter();
      try {
        current.gone(failure);
      } catch (Throwable e) {
        LOG.atError().setCause(e).log("an exchange failed at its caller's end");
      } finally {
        acceptor.loop().leave(before);
      }
    }
  }

  private void dropHeld() {
    held.release();
    held = Unpooled.EMPTY_BUFFER;
  }

  // Reading.

  /** Goes on with what is held, as far as it is wanted now. */
  private void advance() {
    if (advancing) {
      return;
    }
    advancing = true;
    Object before = acceptor.loop().enter();
    try {
      boolean more = true;
      while (more) {
        more = step();
      }
    } catch (Throwable e) {
      broke(e);
    } finally {
      acceptor.loop().leave(before);
      advancing = false;
    }
    readOn();
  }

  private boolean step() {
    return switch (phase) {
      case MESSAGES -> exchange == null ? head() : body(exchange);
      case SWITCHED -> raw(Objects.requireNonNull(exchange));
      case CLOSING, CLOSED -> {
        dropHeld();
        yield false;
      }
    };
  }

  /** A caller who does not read its answers is not asked for more requests. */
  private boolean head() {
    if (!held.isReadable() || !channel().isWritable()) {
      return false;
    }
    switch (decoder.next(held)) {
      case HEAD -> begin(new Http1Exchange(this, decoder));
      case BROKEN -> {
        dropHeld();
        begin(new Http1Exchange(this, Objects.requireNonNull(decoder.refusal())));
      }
      case MORE, PART, END -> {
        return false;
      }
    }
    return true;
  }

  private void begin(Http1Exchange begun) {
    exchange = begun;
    Objects.requireNonNull(service).accept(begun);
  }

  private boolean body(Http1Exchange current) {
    if (!decoder.insideBody() || current.isPaused() || !held.isReadable()) {
      return false;
    }
    switch (decoder.next(held)) {
      case PART -> part(current, decoder.part());
      case END -> current.bodyEnded();
      case BROKEN -> {
        // Its head has gone on already: nothing can stand in for it.
        phase = Phase.CLOSING;
        channel().close();
      }
      case MORE, HEAD -> {
        return false;
      }
    }
    nextIfOver(current);
    return true;
  }

  private void part(Http1Exchange current, int length) {
    decoder.taken();
    boolean last = !decoder.insideBody();
    lend(current, length);
    if (last) {
      current.bodyEnded();
    }
  }

  private boolean raw(Http1Exchange current) {
    if (!held.isReadable() || current.isPaused()) {
      return false;
    }
    lend(current, held.readableBytes());
    return true;
  }

  /** What is held may be dropped meanwhile, by whoever closes this. */
  private void lend(Http1Exchange current, int length) {
    ByteBuf from = held.retain();
    Part part = Part.lent(from, length);
    from.skipBytes(length);
    try {
      current.part(part);
    } finally {
      part.returned();
      from.release();
    }
  }

  private void readOn() {
    boolean wait = held.isReadable() && phase != Phase.CLOSED && !wantsMore();
    if (!held.isReadable()) {
      dropHeld();
    }
    if (wait != stalled) {
      stalled = wait;
      channel().config().setAutoRead(!wait);
    }
  }

  /** Whether what is held is the beginning of something that is wanted. */
  private boolean wantsMore() {
    Http1Exchange current = exchange;
    return current == null ? channel().isWritable() : decoder.insideBody() && !current.isPaused();
  }

  // What the exchange tells.

  void resumed(Http1Exchange current) {
    if (current == exchange) {
      advance();
    }
  }

  /** The answer is written completely. */
  void answered(Http1Exchange current) {
    nextIfOver(current);
    if (exchange == null && held.isReadable() && !advancing) {
      later();
    }
  }

  private void nextIfOver(Http1Exchange current) {
    boolean over = current == exchange && current.ended() && !decoder.insideBody();
    if (over && phase == Phase.MESSAGES) {
      exchange = null;
      if (!held.isReadable()) {
        channel().pipeline().fireUserEventTriggered(UpgradeAnswer.DECLINED);
      }
    }
  }

  /** The next request is not begun inside the end of the one before. */
  private void later() {
    if (!scheduled) {
      scheduled = true;
      channel().eventLoop().execute(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    reading = true;
    advance();
    reading = false;
    channel().flush();
  }

  void switchProtocol() {
    phase = Phase.SWITCHED;
    channel().pipeline().fireUserEventTriggered(UpgradeAnswer.AGREED);
    later();
  }

  /** Closes behind what was written, for which a caller who does not read has some time. */
  void close() {
    if (phase == Phase.MESSAGES || phase == Phase.SWITCHED) {
      phase = Phase.CLOSING;
      dropHeld();
      ChannelFuture written = channel().writeAndFlush(Unpooled.EMPTY_BUFFER);
      written.addListener(ChannelFutureListener.CLOSE);
      if (!written.isDone()) {
        Runnable close = channel()::close;
        patience =
            channel().eventLoop().schedule(close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Breaks off. What cannot be sent at once is not sent at all: a caller who does not read would
   * keep it here.
   *
   * @param visibly whether a mere end could be taken for the end of the answer
   */
  void abort(boolean visibly) {
    if (visibly) {
      channel().config().setOption(ChannelOption.SO_LINGER, 0);
    } else {
      channel().flush();
    }
    phase = phase == Phase.CLOSED ? phase : Phase.CLOSING;
    channel().close();
  }

  /** An error of ours, whatever it is: the exchange must not hang because of it. */
  private void broke(Throwable e) {
    try {
      LOG.atError().setCause(e).log("a connection is closed because of an error");
    } finally {
      abort(true);
    }
  }

  // Writing.

  Channel channel() {
    return Objects.requireNonNull(context).channel();
  }

  /** Memory to write a head or a frame in, for one {@link #write}. */
  ByteBuf scratch() {
    if (!channel().eventLoop().inEventLoop()) {
      throw new IllegalStateException("an answer is written on the loop of its connection");
    }
    return acceptor.scratch();
  }

  /**
   * Writes the scratch memory with a part of a body in it.
   *
   * @param split how much of the scratch memory goes before the part
   */
  void write(ByteBuf scratch, int split, @Nullable Part part) {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    int length = part == null ? 0 : part.length();
    int behind = scratch.writerIndex() - split;
    if (length + scratch.writerIndex() == 0) {
      return;
    }
    if (part == null || length <= SMALL) {
      ByteBuf all = ctx.alloc().ioBuffer(split + length + behind).writeBytes(scratch, 0, split);
      if (part != null) {
        part.writeTo(all);
      }
      write(ctx, all.writeBytes(scratch, split, behind));
    } else {
      if (split > 0) {
        write(ctx, ctx.alloc().ioBuffer(split).writeBytes(scratch, 0, split));
      }
      write(ctx, part.retained());
      if (behind > 0) {
        write(ctx, ctx.alloc().ioBuffer(behind).writeBytes(scratch, split, behind));
      }
    }
    if (!reading) {
      ctx.flush();
    }
  }

  private static void write(ChannelHandlerContext ctx, ByteBuf bytes) {
    ctx.write(bytes, ctx.voidPromise());
  }
}
