// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.waypoint.http1.Fields;
import io.waypoint.http1.Part;
import io.waypoint.refusal.Refusal;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that Vert.x's server has read, and its answer. */
public final class Http2Exchange implements IncomingRequest, OutgoingResponse {
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private Future<Void> sent = Future.succeededFuture();
  private boolean trailing;

  public Http2Exchange(HttpServerRequest request) {
    this.request = request;
    this.response = request.response();
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String target() {
    return request.uri();
  }

  @Override
  public @Nullable HttpVersion version() {
    return request.version();
  }

  @Override
  public MultiMap fields() {
    return request.headers();
  }

  @Override
  public @Nullable String authority() {
    HostAndPort named = request.authority();
    if (named == null) {
      return null;
    }
    return named.port() < 0 ? named.host() : named.host() + ":" + named.port();
  }

  @Override
  public @Nullable String scheme() {
    return request.scheme();
  }

  @Override
  public @Nullable Refusal refusal() {
    return null;
  }

  @Override
  public OutgoingResponse response() {
    return this;
  }

  @Override
  public void read(BodyReader reader) {
    request.handler(bytes -> reader.part(Part.of(bytes)));
    request.endHandler(v -> reader.end());
  }

  @Override
  public void pause() {
    request.pause();
  }

  @Override
  public void resume() {
    request.resume();
  }

  @Override
  public void closeConnection() {
    request.connection().close();
  }

  @Override
  public void status(int status) {
    response.setStatusCode(status);
  }

  @Override
  public MultiMap headers() {
    return response.headers();
  }

  @Override
  public MultiMap trailers() {
    trailing = true;
    return response.trailers();
  }

  @Override
  public void chunked() {
    response.setChunked(true);
  }

  @Override
  public boolean isChunked() {
    return response.isChunked();
  }

  @Override
  public boolean headWritten() {
    return response.headWritten();
  }

  @Override
  public boolean ended() {
    return response.ended();
  }

  @Override
  public boolean closed() {
    return response.closed();
  }

  @Override
  public void writeContinue() {
    response.writeContinue();
  }

  /** Names are in lower case in HTTP/2, and of these Vert.x wants them so. */
  @Override
  public void writeEarlyHints(Fields hints) {
    var lines = new Fields();
    hints.forEach((name, value) -> lines.add(name.toLowerCase(Locale.ROOT), value));
    response.writeEarlyHints(lines);
  }

  @Override
  public void writeHead() {
    response.writeHead();
  }

  @Override
  public void write(Part bytes) {
    response.write(bytes.kept());
  }

  @Override
  public void end(Part last) {
    sent = response.end(last.kept());
  }

  @Override
  public void end() {
    sent = response.end();
  }

  /**
   * One HEADERS frame: a gRPC answer that consists of trailers must look like that. Of trailers
   * that follow a head Vert.x tells nothing: with an empty DATA frame in between, they go behind
   * something whose sending it tells.
   */
  @Override
  public void endWithoutBody() {
    if (trailing) {
      response.writeHead();
    } else if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.headersEndHandler(v -> response.headers().remove(HttpHeaders.CONTENT_LENGTH));
    }
    sent = response.end();
  }

  @Override
  public Future<Void> sent() {
    return sent;
  }

  @Override
  public boolean writeQueueFull() {
    return response.writeQueueFull();
  }

  @Override
  public void drainHandler(Handler<Void> handler) {
    response.drainHandler(handler);
  }

  @Override
  public void exceptionHandler(Consumer<Throwable> handler) {
    response.exceptionHandler(handler::accept);
  }

  @Override
  public void reset(long code) {
    response.reset(code);
  }

  /** There are no upgrades in HTTP/2. */
  @Override
  public void switchProtocol() {
    throw new IllegalStateException("HTTP/2 does not change its protocol");
  }
}
