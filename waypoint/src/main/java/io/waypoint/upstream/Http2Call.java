// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.waypoint.http1.Part;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request over HTTP/2 and its answer: a stream of Vert.x. */
final class Http2Call implements UpstreamRequest, UpstreamResponse {
  /** The error code of who does not want the answer any more (RFC 9113 section 7). */
  static final long CANCEL = 8;

  private final HttpClientRequest request;
  private final Runnable unopened;
  private @Nullable HttpClientResponse response;
  private boolean forfeited;

  /**
   * @param unopened called when the request ends before it has become a stream
   */
  Http2Call(HttpClientRequest request, Runnable unopened) {
    this.request = request;
    this.unopened = unopened;
  }

  private HttpClientResponse response() {
    return Objects.requireNonNull(response);
  }

  @Override
  public void listen(Listener told) {
    request.exceptionHandler(cause -> failed(told, cause));
    request.earlyHintsHandler(told::earlyHints);
    request.continueHandler(v -> told.goAhead());
    request.drainHandler(v -> told.drained());
    request.response().onComplete(result -> answered(told, result));
  }

  private void answered(Listener told, AsyncResult<HttpClientResponse> result) {
    if (result.failed()) {
      failed(told, result.cause());
    } else {
      HttpClientResponse answer = result.result();
      response = answer;
      answer.exceptionHandler(told::failed);
      told.answered(this);
    }
  }

  private void failed(Listener told, Throwable cause) {
    forfeitUnlessOpen();
    told.failed(cause);
  }

  /** Vert.x takes its place back only when the stream closes, and there is none. */
  private void forfeitUnlessOpen() {
    if (!forfeited && streamId() < 0) {
      forfeited = true;
      unopened.run();
    }
  }

  @Override
  public void head(String method, String target, String authority) {
    request.setMethod(HttpMethod.valueOf(method));
    request.setURI(target);
    // Without a port the text is taken as it is: ":80" must not get lost.
    request.authority(HostAndPort.create(authority, -1));
  }

  @Override
  public void field(String name, String value) {
    request.headers().add(name, value);
  }

  /** Nothing is written for it, but Vert.x wants to be told. */
  @Override
  public void chunked() {
    request.setChunked(true);
  }

  @Override
  public void sendHead() {
    request.sendHead();
  }

  @Override
  public void upgrade() {
    throw new IllegalStateException("a stream is not upgraded");
  }

  @Override
  public void write(Part part) {
    request.write(part.kept());
  }

  @Override
  public boolean isFull() {
    return request.writeQueueFull();
  }

  @Override
  public void end(@Nullable Part last) {
    if (last == null) {
      request.end();
    } else {
      request.end(last.kept());
    }
  }

  @Override
  public void finish(Runnable sent) {
    throw new IllegalStateException("a stream is not upgraded");
  }

  @Override
  public void reset() {
    forfeitUnlessOpen();
    request.reset(CANCEL);
  }

  /** Negative as long as there is none, which Vert.x does not know how to say. */
  @Override
  public int streamId() {
    try {
      return request.streamId();
    } catch (NullPointerException none) {
      return -1;
    }
  }

  @Override
  public int status() {
    return response().statusCode();
  }

  @Override
  public MultiMap headers() {
    return response().headers();
  }

  @Override
  public MultiMap trailers() {
    return response().trailers();
  }

  @Override
  public boolean isHttp2() {
    return true;
  }

  @Override
  public boolean isHttp10() {
    return false;
  }

  @Override
  public void flowTo(Sink to) {
    response().handler(bytes -> to.part(Part.of(bytes)));
    response().endHandler(v -> to.ended());
  }

  @Override
  public void pause() {
    response().pause();
  }

  @Override
  public void resume() {
    response().resume();
  }
}
