// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.waypoint.http1.Part;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import org.jspecify.annotations.Nullable;

/** One question on the wire, in whichever protocol. */
abstract class Call implements Acquisition, UpstreamRequest.Listener, UpstreamResponse.Sink {
  /** No answer takes more memory than this. */
  static final int LARGEST_ANSWER = 64 * 1024;

  private final Asked asked;
  private final Buffer received = Buffer.buffer();
  private @Nullable UpstreamResponse answer;

  Call(Asked asked) {
    this.asked = asked;
  }

  /** Fills in the head. */
  abstract void write(UpstreamRequest request, boolean http2);

  abstract Buffer body();

  /** Reads the whole answer. */
  abstract Opinion read(UpstreamResponse response, Buffer body);

  @Override
  public boolean isWaiting() {
    return !asked.isOver();
  }

  @Override
  public void failed(UpstreamFailure failure) {
    asked.fail("connect");
  }

  @Override
  public void acquired(UpstreamRequest request, UpstreamConnection connection) {
    if (asked.isOver()) {
      connection.release(false);
      request.reset();
      return;
    }
    asked.sending(request, connection);
    request.listen(this);
    try {
      write(request, connection.isHttp2());
      Buffer body = body();
      request.end(body.length() == 0 ? null : Part.of(body));
    } catch (RuntimeException e) {
      asked.fail("defect");
      throw e;
    }
  }

  @Override
  public void goAhead() {}

  @Override
  public void earlyHints(MultiMap hints) {}

  @Override
  public void drained() {}

  @Override
  public void failed(Throwable cause) {
    asked.fail("reset");
  }

  @Override
  public void answered(UpstreamResponse response) {
    if (!asked.isOver()) {
      answer = response;
      response.flowTo(this);
    }
  }

  @Override
  public void part(Part part) {
    received.appendBuffer(part.kept());
    if (received.length() > LARGEST_ANSWER) {
      asked.fail("answer_too_large");
    }
  }

  @Override
  public void ended() {
    UpstreamResponse complete = answer;
    if (complete != null && !asked.isOver()) {
      asked.complete(understood(complete));
    }
  }

  private Opinion understood(UpstreamResponse response) {
    try {
      return read(response, received);
    } catch (RuntimeException e) {
      return new Opinion.Failure("unreadable");
    }
  }
}
