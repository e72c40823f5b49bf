// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import io.waypoint.downstream.BodyReader;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.downstream.OutgoingResponse;
import io.waypoint.telemetry.ResponseFlag;

/**
 * A WebSocket after both sides have agreed: bytes of which we know nothing. It lasts until one side
 * ends it, and is not watched for silence: WebSockets have heartbeats of their own.
 */
final class SwitchedProtocol implements BodyReader {
  private final ProxyExchange exchange;
  private final UpstreamCall call;
  private final NetSocket endpoint;
  private final IncomingRequest source;
  private final OutgoingResponse caller;

  SwitchedProtocol(
      ProxyExchange exchange, UpstreamCall call, HttpClientResponse from, IncomingRequest source) {
    this.exchange = exchange;
    this.call = call;
    this.endpoint = from.netSocket();
    this.source = source;
    this.caller = source.response();
    endpoint.pause();
  }

  /** The head of the answer is complete but for the fields that make it an agreement. */
  void begin() {
    MultiMap headers = caller.headers();
    headers.set(FieldNames.CONNECTION, FieldNames.UPGRADE);
    headers.set(FieldNames.UPGRADE, "websocket");
    exchange.activity().endless();
    caller.exceptionHandler(this::callerGone);
    source.read(this);
    caller.switchProtocol();
    source.resume();
    fromEndpoint();
  }

  private void fromEndpoint() {
    endpoint.handler(data -> {
      exchange.record().bytesOut(data.length());
      caller.write(data);
      if (caller.writeQueueFull()) {
        endpoint.pause();
        caller.drainHandler(v -> endpoint.resume());
      }
    });
    endpoint.exceptionHandler(e -> endCaller());
    // A side that has closed before we looked at it tells only its end.
    endpoint.endHandler(v -> endCaller());
    endpoint.closeHandler(v -> {
      endCaller();
      finish();
    });
    endpoint.resume();
  }

  /** When it is closed, its reader is told. */
  private void endCaller() {
    if (!caller.ended() && !caller.closed()) {
      caller.end();
    }
  }

  /** From the caller. */
  @Override
  public void part(Buffer data) {
    exchange.record().bytesIn(data.length());
    endpoint.write(data);
    if (endpoint.writeQueueFull()) {
      source.pause();
      endpoint.drainHandler(v -> source.resume());
    }
  }

  /** The caller has closed, or we have. */
  @Override
  public void end() {
    endpoint.end();
    finish();
  }

  private void callerGone(Throwable cause) {
    endpoint.close();
    finish();
  }

  private void finish() {
    call.closed();
    exchange.finish(ResponseFlag.NONE);
  }
}
