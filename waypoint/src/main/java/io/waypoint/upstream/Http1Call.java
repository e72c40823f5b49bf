// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.MultiMap;
import io.waypoint.http1.ClientConnection;
import io.waypoint.http1.Fields;
import io.waypoint.http1.Part;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request over HTTP/1.1 and its answer. When it is over it leaves the connection alone. */
final class Http1Call implements UpstreamRequest, UpstreamResponse, ClientConnection.Events {
  private static final int CONTINUE = 100;

  private final ClientConnection connection;
  private @Nullable Listener listener;
  private @Nullable Sink sink;
  private @Nullable Fields headers;
  private @Nullable Fields trailers;
  private int status;
  private boolean http10;
  private boolean sent;
  private boolean answered;
  private boolean over;

  Http1Call(ClientConnection connection) {
    this.connection = connection;
  }

  private Listener listener() {
    return Objects.requireNonNull(listener);
  }

  @Override
  public void listen(Listener told) {
    listener = told;
  }

  @Override
  public void head(String method, String target, String authority) {
    connection.head(method, target, authority);
  }

  @Override
  public void field(String name, String value) {
    connection.field(name, value);
  }

  @Override
  public void chunked() {
    connection.chunked();
  }

  @Override
  public void sendHead() {
    if (!over && !sent) {
      connection.sendHead();
    }
  }

  @Override
  public void upgrade() {
    if (!over) {
      connection.upgrade();
    }
  }

  @Override
  public void write(Part part) {
    if (!over && !sent) {
      connection.send(part, false);
    }
  }

  @Override
  public boolean isFull() {
    return !over && connection.isFull();
  }

  @Override
  public void end(@Nullable Part last) {
    if (!over && !sent) {
      sent = true;
      over = answered;
      connection.send(last, true);
    }
  }

  @Override
  public void finish(Runnable done) {
    if (over) {
      done.run();
    } else {
      connection.finish(done);
    }
  }

  @Override
  public void reset() {
    if (!over) {
      over = true;
      connection.abandon();
    }
  }

  @Override
  public int streamId() {
    return 0;
  }

  @Override
  public void interim(int interim, Fields fields) {
    if (interim == CONTINUE) {
      listener().goAhead();
    } else {
      listener().earlyHints(fields);
    }
  }

  @Override
  public void head(int answer, boolean isHttp10, Fields fields) {
    status = answer;
    http10 = isHttp10;
    headers = fields;
    listener().answered(this);
  }

  @Override
  public void part(Part part) {
    if (!over && sink != null) {
      sink.part(part);
    }
  }

  @Override
  public void ended(Fields last) {
    trailers = last;
    answered = true;
    boolean told = !over;
    over |= sent;
    if (told && sink != null) {
      sink.ended();
    }
  }

  @Override
  public void failed(Throwable cause) {
    over = true;
    listener().failed(cause);
  }

  @Override
  public void drained() {
    if (!over) {
      listener().drained();
    }
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public MultiMap headers() {
    return Objects.requireNonNull(headers);
  }

  @Override
  public MultiMap trailers() {
    return Objects.requireNonNull(trailers);
  }

  @Override
  public boolean isHttp2() {
    return false;
  }

  @Override
  public boolean isHttp10() {
    return http10;
  }

  @Override
  public void flowTo(Sink to) {
    sink = to;
  }

  @Override
  public void pause() {
    if (!answered) {
      connection.pause();
    }
  }

  @Override
  public void resume() {
    if (!answered) {
      connection.resume();
    }
  }
}
