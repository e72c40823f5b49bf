// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server: one request at a time, its answer, the next. All of it happens on the
 * connection's event loop.
 *
 * <pre>
 *   idle ─ begin ─► writing, reading ─ both ended ─► idle, as long as {@link #isReusable}
 *                        └─ failed, close ─► closed, and so is it when bytes come unasked
 * </pre>
 *
 * <p>What arrives while nobody reads stays here, one round of the channel at most, until it is
 * resumed or closed.
 */
public final class ClientConnection {
  /** What becomes of a request. After {@link #ended} or {@link #failed} nothing more does. */
  public interface Events {
    /** An answer that is not the last word (100, 103). */
    void interim(int status, Fields fields);

    /** The head of the answer. */
    void head(int status, boolean http10, Fields fields);

    /** A part of its body, lent for the call. */
    void part(Part part);

    /** The answer is complete. */
    void ended(Fields trailers);

    /**
     * No answer, or not all of it.
     *
     * @param cause a {@link MalformedMessageException}, an {@code IOException} when the connection
     *     has ended, or what was thrown by whoever was told
     */
    void failed(Throwable cause);

    /** More may be written. */
    void drained();
  }

  /**
   * What the connections of one event loop share.
   *
   * @param context that of the loop; everything is told on it
   * @param headBytes the largest head that is taken, and the largest trailers
   */
  public record Settings(Context context, HeadScratch scratch, int headBytes) {}

  /** How long what was written may take when nothing follows it. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ChannelHandlerContext ctx;
  private final ContextInternal context;
  private final RequestWriter writer;
  private final ResponseReader reader;
  private final Runnable whenClosed;
  private final Unread unread = new Unread();
  private @Nullable Events current;
  private @Nullable Throwable broken;
  private boolean toHead;
  private boolean upgrading;
  private boolean answered;
  private boolean paused;
  private boolean reading;
  private boolean over;
  private boolean inputEnded;
  private boolean left;

  private ClientConnection(ChannelHandlerContext ctx, Settings settings, Runnable whenClosed) {
    this.ctx = ctx;
    this.context = (ContextInternal) settings.context;
    this.writer = new RequestWriter(ctx);
    this.reader =
        new ResponseReader(new Answer(), settings.scratch, new Wording(), settings.headBytes);
    this.whenClosed = whenClosed;
  }

  /**
   * Takes over a connection from which nothing was read yet.
   *
   * @param whenClosed runs once, when it is closed or about to be
   */
  public static ClientConnection on(NetSocket socket, Settings settings, Runnable whenClosed) {
    ChannelHandlerContext taken = ((NetSocketInternal) socket).channelHandlerContext();
    ChannelPipeline pipeline = taken.pipeline();
    var inbound = new Inbound();
    pipeline.addAfter(taken.name(), "http1", inbound);
    pipeline.remove(taken.handler());
    if (pipeline.get(ChunkedWriteHandler.class) != null) {
      pipeline.remove(ChunkedWriteHandler.class);
    }
    var connection = new ClientConnection(pipeline.context(inbound), settings, whenClosed);
    inbound.connection = connection;
    if (!taken.channel().isActive()) {
      taken.executor().execute(connection::closed);
    }
    return connection;
  }

  /** Whose turn it is; the connection is idle. */
  public void begin(Events events) {
    current = events;
    answered = false;
    upgrading = false;
  }

  /**
   * Begins a request's head; an {@code IllegalArgumentException} says that it cannot be written.
   *
   * @param host the field of that name, the first of all
   */
  public void head(String method, String target, String host) {
    toHead = method.equals("HEAD");
    writer.begin(method, target, host);
  }

  /** Adds a field to the head, with the same exception; framing but a length is not taken. */
  public void field(String name, String value) {
    writer.field(name, value);
  }

  /** Announces a body of unknown length. */
  public void chunked() {
    writer.chunked();
  }

  /** Sends the head before anything of the body is there. */
  public void sendHead() {
    if (!over && !writer.isHeadSent()) {
      writer.sendHead();
      reader.expect(toHead, upgrading);
    }
  }

  /** Sends the head; when the server agrees, bytes follow in both directions. */
  public void upgrade() {
    upgrading = true;
    sendHead();
  }

  /** Sends a part of the body, behind the head if that was not sent. */
  public void send(@Nullable Part part, boolean last) {
    if (over) {
      return;
    }
    boolean first = !writer.isHeadSent();
    if (!writer.send(part, last)) {
      fail(new MalformedMessageException("a request's body is not what its head says"));
      return;
    }
    if (first) {
      reader.expect(toHead, false);
    }
    if (last && answered) {
      current = null;
    }
  }

  /** Whether more should wait until it is drained. */
  public boolean isFull() {
    return !over && !ctx.channel().isWritable();
  }

  /** Nothing of the answer is told from now on but its end, if that has come. */
  public void pause() {
    if (!paused && !over) {
      paused = true;
      ctx.channel().config().setAutoRead(false);
    }
  }

  public void resume() {
    if (paused) {
      paused = false;
      consume();
      if (!paused && !over && !inputEnded) {
        ctx.channel().config().setAutoRead(true);
      }
    }
  }

  /** Whether another request may follow: both messages have ended, and nothing came after them. */
  public boolean isReusable() {
    return !over && answered && writer.isEnded() && reader.isReusable() && !unread.isMore();
  }

  /**
   * Sends what was written, closes, and then {@code sent}. A server that does not read is not
   * waited for much longer.
   */
  public void finish(Runnable sent) {
    ScheduledFuture<?> patience =
        ctx.executor().schedule(this::close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    writer.flush(() -> {
      patience.cancel(false);
      abandon();
      ContextInternal before = context.beginDispatch();
      try {
        sent.run();
      } finally {
        context.endDispatch(before);
      }
    });
  }

  /** Closes at once; whoever still waits for an answer is told. */
  public void close() {
    ctx.close();
  }

  /** Closes at once; nobody waits for the answer any more. */
  public void abandon() {
    current = null;
    end();
  }

  private void fail(Throwable cause) {
    Events told = answered ? null : current;
    abandon();
    if (told != null) {
      told.failed(cause);
    }
  }

  private void end() {
    over = true;
    writer.drop();
    if (!reading) {
      unread.release();
    }
    leave();
    ctx.close();
  }

  /** Closing takes a while, in which nobody may be given this connection. */
  private void leave() {
    if (!left) {
      left = true;
      whenClosed.run();
    }
  }

  private void consume() {
    if (reading) {
      return;
    }
    reading = true;
    try {
      ByteBuf in = unread.next();
      while (in != null && !paused && !over) {
        if (reader.isIdle()) {
          // Whatever a server says unasked, it is no answer to the next request.
          fail(new ConnectionEndedException());
          break;
        }
        reader.read(in);
        in = unread.next();
      }
    } catch (MalformedMessageException malformed) {
      fail(malformed);
    } catch (Throwable e) {
      // Whatever it is: nobody above would close the connection in every case.
      broke(e);
    } finally {
      reading = false;
    }
    if (over) {
      unread.release();
    } else if (inputEnded && !paused) {
      inputEnded();
    }
  }

  /** An error of ours, which is the end of the connection even where it cannot be reported. */
  private void broke(Throwable error) {
    try {
      context.reportException(error);
    } finally {
      fail(error);
    }
  }

  /** The connection is closed, and all that came over it was read. */
  private void inputEnded() {
    boolean owed = current != null && !answered;
    Throwable cause = broken;
    if (owed && (cause != null || !reader.endsHere())) {
      fail(cause == null ? new ConnectionEndedException() : cause);
    } else {
      abandon();
    }
  }

  private void closed() {
    if (!inputEnded) {
      inputEnded = true;
      leave();
      consume();
    }
  }

  private final class Answer implements ResponseReader.Sink {
    @Override
    public void interim(int status, Fields fields) {
      if (current != null) {
        current.interim(status, fields);
      }
    }

    @Override
    public void head(int status, boolean http10, Fields fields) {
      if (reader.isSwitched()) {
        writer.switched();
      }
      if (current != null) {
        current.head(status, http10, fields);
      }
    }

    @Override
    public void part(ByteBuf in, int length) {
      if (current != null) {
        Part part = Part.lent(in, length);
        try {
          current.part(part);
        } finally {
          part.returned();
        }
      }
      in.skipBytes(length);
    }

    @Override
    public void end(Fields trailers) {
      Events told = current;
      answered = true;
      if (writer.isEnded()) {
        current = null;
      }
      if (paused) {
        paused = false;
        ctx.channel().config().setAutoRead(true);
      }
      if (told != null) {
        told.ended(trailers);
      }
    }
  }

  /** The connection's place in its channel. */
  private static final class Inbound extends ChannelInboundHandlerAdapter {
    private @Nullable ClientConnection connection;

    private ClientConnection connection() {
      return Objects.requireNonNull(connection);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ClientConnection to = connection();
      ByteBuf bytes = (ByteBuf) message;
      if (to.over) {
        bytes.release();
        return;
      }
      to.unread.add(bytes);
      ContextInternal before = to.context.beginDispatch();
      try {
        to.consume();
      } finally {
        to.context.endDispatch(before);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      ClientConnection to = connection();
      ContextInternal before = to.context.beginDispatch();
      try {
        to.closed();
      } finally {
        to.context.endDispatch(before);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      ClientConnection to = connection();
      Events told = to.current;
      if (told != null && ctx.channel().isWritable()) {
        ContextInternal before = to.context.beginDispatch();
        try {
          told.drained();
        } finally {
          to.context.endDispatch(before);
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      connection().broken = cause;
      ctx.close();
    }
  }
}
