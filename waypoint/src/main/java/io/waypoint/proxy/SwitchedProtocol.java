// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.waypoint.telemetry.ResponseFlag;
import io.waypoint.upstream.UpstreamResponse;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket after both sides have agreed: bytes of which we know nothing. It lasts until one side
 * ends it, and is not watched for silence: WebSockets have heartbeats of their own.
 */
final class SwitchedProtocol implements UpstreamResponse.Sink {
  private final ProxyExchange exchange;
  private final UpstreamCall call;
  private final UpstreamResponse endpoint;
  private final HttpServerRequest source;
  private @Nullable NetSocket caller;

  SwitchedProtocol(
      ProxyExchange exchange, UpstreamCall call, UpstreamResponse from, HttpServerRequest source) {
    this.exchange = exchange;
    this.call = call;
    this.endpoint = from;
    this.source = source;
    endpoint.pause();
    call.switched(this);
  }

  /** The head of the answer is complete but for the fields that make it an agreement. */
  void begin() {
    MultiMap headers = exchange.downstream().response().headers();
    headers.set(FieldNames.CONNECTION, FieldNames.UPGRADE);
    headers.set(FieldNames.UPGRADE, "websocket");
    exchange.activity().endless();
    endpoint.flowTo(this);
    source
        .toNetSocket()
        .onComplete(switched -> {
          if (switched.succeeded()) {
            join(switched.result());
          } else {
            end();
          }
        });
  }

  private void join(NetSocket switched) {
    caller = switched;
    Handler<Void> resume = v -> switched.resume();
    switched.handler(data -> {
      exchange.record().bytesIn(data.length());
      if (call.write(data, resume)) {
        switched.pause();
      }
    });
    switched.exceptionHandler(e -> end());
    // A side that has closed before we looked at it tells only its end.
    switched.endHandler(v -> call.finish(this::end));
    switched.closeHandler(v -> end());
    endpoint.resume();
  }

  @Override
  public void part(Buffer data) {
    NetSocket to = caller;
    if (to == null) {
      return;
    }
    exchange.record().bytesOut(data.length());
    to.write(data);
    if (to.writeQueueFull()) {
      endpoint.pause();
      to.drainHandler(v -> endpoint.resume());
    }
  }

  @Override
  public void ended() {
    NetSocket to = caller;
    if (to == null) {
      end();
    } else {
      to.end().onComplete(sent -> end());
    }
  }

  /** The endpoint has broken off. */
  void broken() {
    NetSocket to = caller;
    if (to != null) {
      to.close();
    }
    end();
  }

  private void end() {
    call.closed();
    exchange.finish(ResponseFlag.NONE);
  }
}
