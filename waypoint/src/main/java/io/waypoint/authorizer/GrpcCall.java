// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.vertx.core.buffer.Buffer;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks over gRPC: one message each way, on a stream of a connection like those to endpoints. A
 * message is framed by five bytes: whether it is compressed, and its length.
 */
abstract class GrpcCall extends Call {
  private static final int FRAME = 5;

  private final Callee callee;
  private final Buffer message;

  /**
   * Whose method is called.
   *
   * @param method {@code /package.Service/Method}
   */
  record Callee(String method, String host, int port, Duration timeout) {}

  GrpcCall(Asked asked, Callee callee, MessageLite question) {
    super(asked);
    this.callee = callee;
    byte[] bytes = question.toByteArray();
    this.message = Buffer.buffer(FRAME + bytes.length).appendByte((byte) 0);
    message.appendInt(bytes.length).appendBytes(bytes);
  }

  /** Reads a message. */
  abstract Opinion opinion(byte[] answer) throws InvalidProtocolBufferException;

  @Override
  void write(UpstreamRequest request, boolean http2) {
    request.head("POST", callee.method(), callee.host() + ":" + callee.port());
    request.field("content-type", "application/grpc");
    request.field("te", "trailers");
    request.field("grpc-timeout", timeout(callee.timeout()));
    request.field("content-length", Integer.toString(message.length()));
  }

  /** At most eight digits. */
  private static String timeout(Duration timeout) {
    long millis = timeout.toMillis();
    return millis < 100_000_000 ? millis + "m" : millis / 1000 + "S";
  }

  @Override
  Buffer body() {
    return message;
  }

  @Override
  Opinion read(UpstreamResponse response, Buffer body) {
    String status = response.trailers().get("grpc-status");
    if (status == null) {
      status = response.headers().get("grpc-status");
    }
    if (response.status() != 200 || !"0".equals(status)) {
      return new Opinion.Failure("grpc_status_" + (isNumber(status) ? status : "unknown"));
    }
    if (body.length() < FRAME || body.getByte(0) != 0 || body.getInt(1) != body.length() - FRAME) {
      return new Opinion.Failure("unreadable");
    }
    try {
      return opinion(body.getBytes(FRAME, body.length()));
    } catch (InvalidProtocolBufferException e) {
      return new Opinion.Failure("unreadable");
    }
  }

  private static boolean isNumber(@Nullable String status) {
    return status != null && status.length() <= 2 && status.chars().allMatch(Character::isDigit);
  }
}
