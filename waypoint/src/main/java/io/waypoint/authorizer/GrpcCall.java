// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
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
  void write(HttpClientRequest request, boolean http2) {
    request.setMethod(HttpMethod.POST).setURI(callee.method());
    request.authority(HostAndPort.create(callee.host(), callee.port()));
    MultiMap headers = request.headers();
    headers.set("content-type", "application/grpc").set("te", "trailers");
    headers.set("grpc-timeout", timeout(callee.timeout()));
    headers.set("content-length", Integer.toString(message.length()));
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
  Opinion read(HttpClientResponse response, Buffer body) {
    String status = response.getTrailer("grpc-status");
    if (status == null) {
      status = response.getHeader("grpc-status");
    }
    if (response.statusCode() != 200 || !"0".equals(status)) {
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
