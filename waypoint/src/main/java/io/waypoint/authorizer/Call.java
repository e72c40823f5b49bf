// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;

/** One question on the wire, in whichever protocol. */
abstract class Call implements Acquisition {
  /** No answer takes more memory than this. */
  static final int LARGEST_ANSWER = 64 * 1024;

  private final Asked asked;
  private final Buffer received = Buffer.buffer();

  Call(Asked asked) {
    this.asked = asked;
  }

  /** Fills in the head. */
  abstract void write(HttpClientRequest request, boolean http2);

  abstract Buffer body();

  /** Reads the whole answer. */
  abstract Opinion read(HttpClientResponse response, Buffer body);

  @Override
  public boolean isWaiting() {
    return !asked.isOver();
  }

  @Override
  public void failed(UpstreamFailure failure) {
    asked.fail("connect");
  }

  @Override
  public void acquired(HttpClientRequest request, UpstreamConnection connection) {
    if (asked.isOver()) {
      connection.release(false);
      request.reset(0);
      return;
    }
    asked.sending(request, connection);
    request.exceptionHandler(failure -> asked.fail("reset"));
    try {
      write(request, connection.isHttp2());
      request
          .response()
          .onComplete(result -> {
            if (result.failed()) {
              asked.fail("reset");
            } else if (!asked.isOver()) {
              answered(result.result());
            }
          });
      Buffer body = body();
      if (body.length() == 0) {
        request.end();
      } else {
        request.end(body);
      }
    } catch (RuntimeException e) {
      asked.fail("defect");
      throw e;
    }
  }

  private void answered(HttpClientResponse response) {
    response.exceptionHandler(failure -> asked.fail("reset"));
    response.handler(chunk -> {
      received.appendBuffer(chunk);
      if (received.length() > LARGEST_ANSWER) {
        asked.fail("answer_too_large");
      }
    });
    response.endHandler(end -> {
      if (!asked.isOver()) {
        asked.complete(understood(response));
      }
    });
  }

  private Opinion understood(HttpClientResponse response) {
    try {
      return read(response, received);
    } catch (RuntimeException e) {
      return new Opinion.Failure("unreadable");
    }
  }
}
