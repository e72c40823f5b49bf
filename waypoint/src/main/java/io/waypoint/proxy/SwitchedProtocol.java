// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.waypoint.downstream.BodyReader;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.downstream.OutgoingResponse;
import io.waypoint.http1.Part;
import io.waypoint.telemetry.ResponseFlag;
import io.waypoint.upstream.UpstreamResponse;

/**
 * A WebSocket after both sides have agreed: bytes of which we know nothing. It lasts until one side
 * ends it, and is not watched for silence: WebSockets have heartbeats of their own.
 */
final class SwitchedProtocol implements UpstreamResponse.Sink {
  private final ProxyExchange exchange;
  private final UpstreamCall call;
  private final UpstreamResponse endpoint;
  private final IncomingRequest source;
  private final OutgoingResponse caller;

  SwitchedProtocol(
      ProxyExchange exchange, UpstreamCall call, UpstreamResponse from, IncomingRequest source) {
    this.exchange = exchange;
    this.call = call;
    this.endpoint = from;
    this.source = source;
    this.caller = source.response();
    endpoint.pause();
    call.switched(this);
  }

  /** The head of the answer is complete but for the fields that make it an agreement. */
  void begin() {
    MultiMap headers = exchange.downstream().response().headers();
    headers.set(FieldNames.CONNECTION, FieldNames.UPGRADE);
    headers.set(FieldNames.UPGRADE, "websocket");
    exchange.activity().endless();
    caller.exceptionHandler(cause -> callerGone());
    source.read(new FromCaller());
    endpoint.flowTo(this);
    caller.switchProtocol();
    source.resume();
    endpoint.resume();
  }

  /** From the endpoint. */
  @Override
  public void part(Part data) {
    exchange.record().bytesOut(data.length());
    caller.write(data);
    if (caller.writeQueueFull()) {
      endpoint.pause();
      caller.drainHandler(v -> endpoint.resume());
    }
  }

  /** The endpoint has closed. */
  @Override
  public void ended() {
    endCaller();
  }

  /** The endpoint has broken off. */
  void broken() {
    endCaller();
    finish();
  }

  /** When it is closed, its reader is told. */
  private void endCaller() {
    if (!caller.ended() && !caller.closed()) {
      caller.end();
    }
  }

  private void callerGone() {
    call.cancel();
    finish();
  }

  private void finish() {
    call.closed();
    exchange.finish(ResponseFlag.NONE);
  }

  private final class FromCaller implements BodyReader {
    private final Handler<Void> resume = v -> source.resume();

    @Override
    public void part(Part data) {
      exchange.record().bytesIn(data.length());
      if (call.write(data, resume)) {
        source.pause();
      }
    }

    /** The caller has closed, or we have. */
    @Override
    public void end() {
      call.finish(SwitchedProtocol.this::finish);
    }
  }
}
