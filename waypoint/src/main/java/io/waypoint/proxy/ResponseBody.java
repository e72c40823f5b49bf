// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.downstream.OutgoingResponse;
import io.waypoint.http1.Lengths;
import io.waypoint.http1.Part;
import io.waypoint.telemetry.RequestRecord;
import io.waypoint.upstream.UpstreamResponse;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body and trailers on their way to the caller; the head is written with the first
 * part, as with {@link RequestBody}.
 */
final class ResponseBody implements UpstreamResponse.Sink {
  private final ProxyExchange exchange;
  private final UpstreamCall call;
  private final UpstreamResponse source;
  private final Downstream downstream;
  private final OutgoingResponse sink;
  private final RequestRecord record;
  private final IdleWatch.Activity activity;
  private final long length;
  private @Nullable GrpcMessages messages;
  private long received;
  private boolean ended;

  /**
   * @param length the body's length when it is known that it ends with that byte; {@link
   *     Lengths#UNKNOWN} otherwise
   */
  ResponseBody(ProxyExchange exchange, UpstreamCall call, UpstreamResponse source, long length) {
    this.exchange = exchange;
    this.call = call;
    this.source = source;
    this.downstream = exchange.downstream();
    this.sink = downstream.response();
    this.record = exchange.record();
    this.activity = exchange.activity();
    this.length = length;
  }

  void countMessages() {
    messages = new GrpcMessages();
  }

  void flow() {
    source.flowTo(this);
    if (length == 0) {
      finish(null);
      // Over HTTP/1.1 it ends with its head; a stream has by the end of the loop's turn, if ever.
      if (source.isHttp2()) {
        exchange.loop().run(() -> call.abandonUnlessReceived(source));
      }
    } else {
      exchange.loop().run(this::writeHead);
    }
  }

  private void writeHead() {
    boolean needless = ended || sink.headWritten() || sink.ended() || sink.closed();
    if (!needless && (framed() || sink.headers().contains(FieldNames.CONTENT_LENGTH))) {
      sink.writeHead();
    }
  }

  private boolean framed() {
    return downstream.isHttp2() || sink.isChunked();
  }

  @Override
  public void part(Part chunk) {
    received += chunk.length();
    activity.touch();
    if (ended) {
      return;
    }
    record.bytesOut(chunk.length());
    if (messages != null) {
      record.messagesOut(messages.count(chunk));
    }
    if (received == length) {
      finish(chunk);
      return;
    }
    sink.write(chunk);
    if (sink.writeQueueFull()) {
      source.pause();
      sink.drainHandler(v -> source.resume());
    }
  }

  @Override
  public void ended() {
    call.responseReceived();
    if (!ended) {
      copyTrailers(source.trailers());
      finish(null);
    }
  }

  private void copyTrailers(MultiMap trailers) {
    if (trailers.isEmpty()) {
      return;
    }
    String grpc = trailers.get(FieldNames.GRPC_STATUS);
    if (grpc != null) {
      record.grpcStatus(GrpcStatus.parse(grpc));
    }
    if (framed()) {
      MultiMap to = sink.trailers();
      trailers.forEach((name, value) -> {
        if (HopByHop.mayTrail(name)) {
          to.add(name, value);
        }
      });
    }
  }

  private void finish(@Nullable Part last) {
    ended = true;
    if (last != null) {
      downstream.end(last);
    } else if (sink.headWritten()) {
      downstream.end();
    } else {
      downstream.endWithoutBody();
    }
    exchange.completed();
  }
}
