// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.waypoint.http1.Chunks;
import io.waypoint.http1.Fields;
import io.waypoint.http1.Lengths;
import io.waypoint.http1.Part;
import io.waypoint.http1.RequestDecoder;
import io.waypoint.http1.ResponseEncoder;
import io.waypoint.refusal.Refusal;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request on an HTTP/1 connection, and its answer. */
final class Http1Exchange implements IncomingRequest, OutgoingResponse {
  private static final Part NOTHING = Part.of(Buffer.buffer());

  private static final String LENGTH = "content-length";
  private static final long UNLIMITED = -1;

  private enum Answer {
    HEAD,
    BODY,
    ENDED
  }

  private final Http1Connection connection;
  private final String method;
  private final String target;
  private final HttpVersion version;
  private final Fields fields;
  private final @Nullable Refusal refusal;
  private @Nullable BodyReader reader;
  private boolean paused;
  private boolean bodyEnded;

  private final Fields headers = new Fields();
  private @Nullable Fields trailers;
  private int status = 200;
  private boolean chunked;
  private boolean bodiless;
  private boolean endsWithConnection;
  private boolean switched;

  /** What is still to come of an announced length. */
  private long left = UNLIMITED;

  private Answer answer = Answer.HEAD;
  private boolean gone;
  private @Nullable Handler<Void> drainHandler;
  private @Nullable Consumer<Throwable> exceptionHandler;

  /** The request whose head was read just now. */
  Http1Exchange(Http1Connection connection, RequestDecoder head) {
    this.connection = connection;
    this.method = head.method();
    this.target = head.takeTarget();
    this.version = head.version();
    this.fields = head.takeFields();
    this.refusal = null;
    this.bodyEnded = !head.insideBody();
  }

  /** What stands for a request that cannot be read: it gets its answer in its turn. */
  Http1Exchange(Http1Connection connection, Refusal refusal) {
    this.connection = connection;
    this.method = "";
    this.target = "";
    this.version = HttpVersion.HTTP_1_1;
    this.fields = new Fields();
    this.refusal = refusal;
    this.bodyEnded = true;
  }

  // The request.

  @Override
  public String method() {
    return method;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public HttpVersion version() {
    return version;
  }

  @Override
  public MultiMap fields() {
    return fields;
  }

  @Override
  public @Nullable String authority() {
    return null;
  }

  @Override
  public @Nullable String scheme() {
    return null;
  }

  @Override
  public @Nullable Refusal refusal() {
    return refusal;
  }

  @Override
  public OutgoingResponse response() {
    return this;
  }

  @Override
  public void read(BodyReader reader) {
    this.reader = reader;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      connection.resumed(this);
    }
  }

  @Override
  public void closeConnection() {
    connection.close();
  }

  boolean isPaused() {
    return paused;
  }

  void part(Part bytes) {
    if (reader != null) {
      reader.part(bytes);
    }
  }

  void bodyEnded() {
    if (!bodyEnded) {
      bodyEnded = true;
      if (reader != null) {
        reader.end();
      }
    }
  }

  // The connection.

  void drained() {
    if (drainHandler != null) {
      drainHandler.handle(null);
    }
  }

  /**
   * The connection is closed.
   *
   * @param failure null when that was no failure
   */
  void gone(@Nullable Throwable failure) {
    gone = true;
    if (switched && failure == null && reader != null) {
      reader.end();
    } else if (exceptionHandler != null && (switched || answer != Answer.ENDED)) {
      exceptionHandler.accept(failure == null ? new ClosedChannelException() : failure);
    }
  }

  // The answer.

  @Override
  public void status(int status) {
    beforeHead();
    this.status = status;
  }

  @Override
  public MultiMap headers() {
    return headers;
  }

  @Override
  public MultiMap trailers() {
    Fields made = trailers;
    if (made == null) {
      made = new Fields();
      trailers = made;
    }
    return made;
  }

  /** There are no chunks in HTTP/1.0. */
  @Override
  public void chunked() {
    beforeHead();
    chunked = version == HttpVersion.HTTP_1_1;
  }

  @Override
  public boolean isChunked() {
    return chunked;
  }

  @Override
  public boolean headWritten() {
    return answer != Answer.HEAD;
  }

  @Override
  public boolean ended() {
    return answer == Answer.ENDED;
  }

  @Override
  public boolean closed() {
    return gone;
  }

  @Override
  public void writeContinue() {
    interim(100, null);
  }

  @Override
  public void writeEarlyHints(Fields hints) {
    interim(103, hints);
  }

  private void interim(int code, @Nullable Fields lines) {
    beforeHead();
    if (!gone) {
      ByteBuf scratch = connection.scratch();
      ResponseEncoder.head(scratch, false, code, lines);
      connection.write(scratch, scratch.writerIndex(), null);
    }
  }

  private void beforeHead() {
    if (answer != Answer.HEAD) {
      throw new IllegalStateException("the head is written");
    }
  }

  private void beforeEnd() {
    if (answer == Answer.ENDED) {
      throw new IllegalStateException("the answer has ended");
    }
  }

  @Override
  public void writeHead() {
    beforeHead();
    ByteBuf scratch = connection.scratch();
    head(scratch, -1);
    answer = Answer.BODY;
    if (!gone) {
      connection.write(scratch, scratch.writerIndex(), null);
    }
  }

  /**
   * @param whole how long the body is, when it comes at once; -1 when that is not known
   */
  private void head(ByteBuf to, int whole) {
    bodiless = status == 101 || status == 204 || status == 304 || method.equals("HEAD");
    if (status == 101 || status == 204) {
      headers.remove(LENGTH);
    }
    String length = headers.get(LENGTH);
    if (bodiless) {
      chunked = false;
    } else if (chunked) {
      headers.remove(LENGTH);
      headers.received("transfer-encoding", "chunked");
    } else if (length != null) {
      left = announced(length);
    } else if (whole >= 0) {
      left = whole;
      headers.received(LENGTH, Integer.toString(whole));
    } else if (isHttp10()) {
      endsWithConnection = true;
    } else {
      throw new IllegalStateException("the body has no end");
    }
    if (isHttp10() && !headers.contains("connection")) {
      headers.received("connection", "keep-alive");
    }
    ResponseEncoder.head(to, isHttp10(), status, headers);
  }

  /**
   * One length that can be read in one way, or the next answer would begin where we do not know.
   */
  private long announced(String length) {
    long stated = Lengths.parse(length);
    if (stated == Lengths.UNKNOWN) {
      throw new IllegalStateException("the length of the answer is no number");
    }
    headers.set(LENGTH, length);
    return stated;
  }

  private boolean isHttp10() {
    return version == HttpVersion.HTTP_1_0;
  }

  @Override
  public void write(Part bytes) {
    beforeEnd();
    ByteBuf scratch = connection.scratch();
    if (answer == Answer.HEAD) {
      head(scratch, -1);
      answer = Answer.BODY;
    }
    body(scratch, bytes, false);
  }

  @Override
  public void end() {
    end(NOTHING);
  }

  @Override
  public void endWithoutBody() {
    end(NOTHING);
  }

  @Override
  public void end(Part last) {
    beforeEnd();
    ByteBuf scratch = connection.scratch();
    if (answer == Answer.HEAD) {
      head(scratch, last.length());
    }
    answer = Answer.ENDED;
    body(scratch, last, true);
    if (switched || endsWithConnection) {
      connection.close();
    } else {
      connection.answered(this);
    }
  }

  /**
   * @param scratch holds what goes before it
   */
  private void body(ByteBuf scratch, Part bytes, boolean last) {
    if (gone) {
      return;
    }
    int length = bodiless ? 0 : bytes.length();
    if (!fits(length, last)) {
      connection.abort(false);
      return;
    }
    if (chunked && length > 0) {
      Chunks.line(scratch, length);
    }
    int before = scratch.writerIndex();
    if (chunked && length > 0) {
      Chunks.end(scratch);
    }
    if (chunked && last) {
      Chunks.last(scratch, trailers);
    }
    connection.write(scratch, before, length == 0 ? null : bytes);
  }

  /** Whether that much was announced: what is more would be taken for the next answer. */
  private boolean fits(int length, boolean last) {
    if (left == UNLIMITED) {
      return true;
    }
    left -= length;
    return left >= 0 && !(last && left > 0);
  }

  /** Whatever the connection does next comes behind it. */
  @Override
  public Future<Void> sent() {
    return Future.succeededFuture();
  }

  @Override
  public boolean writeQueueFull() {
    return !gone && !connection.channel().isWritable();
  }

  @Override
  public void drainHandler(Handler<Void> handler) {
    drainHandler = handler;
  }

  @Override
  public void exceptionHandler(Consumer<Throwable> handler) {
    exceptionHandler = handler;
  }

  /** Where the end of the connection is that of the answer, it must not look like one. */
  @Override
  public void reset(long code) {
    if (answer != Answer.ENDED && !gone) {
      exceptionHandler = null;
      connection.abort(headWritten() && endsWithConnection);
    }
  }

  @Override
  public void switchProtocol() {
    writeHead();
    switched = true;
    chunked = false;
    bodiless = false;
    left = UNLIMITED;
    connection.switchProtocol();
  }
}
