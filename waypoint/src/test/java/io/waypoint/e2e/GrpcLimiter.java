// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.waypoint.wire.ratelimit.CurrentLimit;
import io.waypoint.wire.ratelimit.RateLimitDescriptor;
import io.waypoint.wire.ratelimit.RateLimitHeader;
import io.waypoint.wire.ratelimit.RateLimitRequest;
import io.waypoint.wire.ratelimit.RateLimitResponse;
import io.waypoint.wire.ratelimit.RateLimitStatus;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Counts requests as others do: a gRPC server that knows how often each description may come. One
 * that it does not know may come always.
 */
final class GrpcLimiter {
  private static final ServiceMethod<RateLimitRequest, RateLimitResponse> METHOD =
      ServiceMethod.server(
          ServiceName.create("envoy.service.ratelimit.v3.RateLimitService"),
          "ShouldRateLimit",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(RateLimitRequest.getDefaultInstance()));

  private static final int OK = 1;
  private static final int OVER = 2;
  private static final int MINUTE = 2;

  /** How it answers. */
  enum Mood {
    COUNTING,
    SILENT,
    FAILING,
    UNDECIDED,
    SPLITTING,
    TALKATIVE
  }

  final BlockingQueue<RateLimitRequest> asked = new LinkedBlockingQueue<>();

  /** By what {@link #text} says of a descriptor. */
  final Map<String, Integer> limits = new ConcurrentHashMap<>();

  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  volatile Mood mood = Mood.COUNTING;
  final int port;

  GrpcLimiter(Vertx vertx) {
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(METHOD, call -> call.handler(request -> answer(call, request)));
    port =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(grpc)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
  }

  void forget() {
    asked.clear();
    limits.clear();
    counts.clear();
    mood = Mood.COUNTING;
  }

  /** {@code key=value key=value}. */
  static String text(RateLimitDescriptor descriptor) {
    return descriptor.getEntriesList().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private void answer(
      GrpcServerRequest<RateLimitRequest, RateLimitResponse> call, RateLimitRequest request) {
    asked.add(request);
    switch (mood) {
      case SILENT -> {}
      case FAILING -> call.response().status(GrpcStatus.INTERNAL).end();
      case UNDECIDED -> call.response().end(RateLimitResponse.getDefaultInstance());
      case SPLITTING ->
          call.response()
              .end(counted(request).addResponseHeadersToAdd(field("x-a", "b\r\nc: d")).build());
      case TALKATIVE ->
          call.response()
              .end(
                  counted(request)
                      .addResponseHeadersToAdd(field("x-a", "b".repeat(70_000)))
                      .build());
      case COUNTING -> call.response().end(counted(request).build());
    }
  }

  private RateLimitResponse.Builder counted(RateLimitRequest request) {
    var response = RateLimitResponse.newBuilder().setOverallCode(OK);
    for (RateLimitDescriptor descriptor : request.getDescriptorsList()) {
      String text = text(descriptor);
      var status = RateLimitStatus.newBuilder().setCode(OK);
      Integer limit = limits.get(text);
      if (limit != null) {
        int count = counts.computeIfAbsent(text, _ -> new AtomicInteger()).incrementAndGet();
        status
            .setCurrentLimit(
                CurrentLimit.newBuilder().setRequestsPerUnit(limit).setUnit(MINUTE).setName("few"))
            .setLimitRemaining(Math.max(0, limit - count))
            .setDurationUntilReset(Duration.newBuilder().setSeconds(42));
        if (count > limit) {
          status.setCode(OVER);
          response.setOverallCode(OVER).setRawBody(ByteString.copyFromUtf8("slow down, \u00fc"));
        }
      }
      response.addStatuses(status);
    }
    return response
        .addResponseHeadersToAdd(field("x-counted-by", "limiter"))
        .addResponseHeadersToAdd(field("content-length", "9999"))
        .addRequestHeadersToAdd(field("x-quota", "a"))
        .addRequestHeadersToAdd(field("x-quota", "b"))
        .addRequestHeadersToAdd(field("host", "elsewhere"));
  }

  private static RateLimitHeader.Builder field(String name, String value) {
    return RateLimitHeader.newBuilder().setKey(name).setValue(value);
  }
}
