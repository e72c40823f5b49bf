// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.waypoint.telemetry.ResponseFlag;

/**
 * A WebSocket after both sides have agreed: bytes of which we know nothing. It lasts until one side
 * ends it, and is not watched for silence: WebSockets have heartbeats of their own.
 */
final class SwitchedProtocol {
  private final ProxyExchange exchange;
  private final UpstreamCall call;
  private final NetSocket endpoint;
  private final HttpServerRequest source;

  SwitchedProtocol(
      ProxyExchange exchange,
      UpstreamCall call,
      HttpClientResponse from,
      HttpServerRequest source) {
    this.exchange = exchange;
    this.call = call;
    this.endpoint = from.netSocket();
    this.source = source;
    endpoint.pause();
  }

  /** The head of the answer is complete but for the fields that make it an agreement. */
  void begin() {
    MultiMap headers = exchange.downstream().response().headers();
    headers.set(FieldNames.CONNECTION, FieldNames.UPGRADE);
    headers.set(FieldNames.UPGRADE, "websocket");
    exchange.activity().endless();
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

  private void join(NetSocket caller) {
    pass(caller, endpoint, true);
    pass(endpoint, caller, false);
    endpoint.resume();
  }

  private void pass(NetSocket from, NetSocket to, boolean fromCaller) {
    from.handler(data -> {
      if (fromCaller) {
        exchange.record().bytesIn(data.length());
      } else {
        exchange.record().bytesOut(data.length());
      }
      to.write(data);
      if (to.writeQueueFull()) {
        from.pause();
        to.drainHandler(v -> from.resume());
      }
    });
    from.exceptionHandler(e -> to.close().onComplete(closed -> end()));
    // A side that has closed before we looked at it tells only its end.
    from.endHandler(v -> to.end().onComplete(ended -> end()));
    from.closeHandler(v -> end());
  }

  private void end() {
    call.closed();
    exchange.finish(ResponseFlag.NONE);
  }
}
