// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.waypoint.wire.extauthz.CheckRequest;
import io.waypoint.wire.extauthz.CheckResponse;
import io.waypoint.wire.extauthz.DeniedHttpResponse;
import io.waypoint.wire.extauthz.HeaderOption;
import io.waypoint.wire.extauthz.HeaderValue;
import io.waypoint.wire.extauthz.HttpStatus;
import io.waypoint.wire.extauthz.OkHttpResponse;
import io.waypoint.wire.extauthz.RpcStatus;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

/** An authorizer as others write them: a gRPC server that judges by the path. */
final class GrpcAuthorizer {
  private static final ServiceMethod<CheckRequest, CheckResponse> CHECK =
      ServiceMethod.server(
          ServiceName.create("envoy.service.auth.v3.Authorization"),
          "Check",
          GrpcMessageEncoder.encoder(),
          GrpcMessageDecoder.decoder(CheckRequest.getDefaultInstance()));

  private static final int MOST_RESETS = 1_000_000;

  final BlockingQueue<CheckRequest> asked = new LinkedBlockingQueue<>();
  private final Queue<Runnable> slow = new ConcurrentLinkedQueue<>();
  private final UnaryOperator<String> judged;
  final int port;

  GrpcAuthorizer(Vertx vertx) {
    this(vertx, path -> path);
  }

  /**
   * @param judged as which path a path is judged
   */
  GrpcAuthorizer(Vertx vertx, UnaryOperator<String> judged) {
    this.judged = judged;
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(CHECK, call -> call.handler(request -> answer(call, request)));
    // Whoever stops waiting resets the stream; a server that closes its connection because of many
    // resets would answer the others before their time is over.
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(true)
            .setHttp2RstFloodMaxRstFramePerWindow(MOST_RESETS);
    port =
        vertx
            .createHttpServer(options)
            .requestHandler(grpc)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
  }

  private void answer(GrpcServerRequest<CheckRequest, CheckResponse> call, CheckRequest request) {
    asked.add(request);
    String path = judged.apply(request.getAttributes().getRequest().getHttp().getPath());
    if (path.startsWith("/stall")) {
      return;
    }
    if (path.startsWith("/break")) {
      call.response().status(GrpcStatus.INTERNAL).end();
      return;
    }
    if (path.startsWith("/slow")) {
      Context here = Vertx.currentContext();
      slow.add(() -> here.runOnContext(v -> call.response().end(response("/"))));
      return;
    }
    call.response().end(response(path));
  }

  /** Answers now what was asked about paths that begin with {@code /slow}. */
  void answerSlow() {
    for (Runnable answer = slow.poll(); answer != null; answer = slow.poll()) {
      answer.run();
    }
  }

  private static CheckResponse response(String path) {
    CheckResponse.Builder response = CheckResponse.newBuilder();
    OkHttpResponse.Builder ok = OkHttpResponse.newBuilder();
    if (path.startsWith("/deny")) {
      return response
          .setStatus(RpcStatus.newBuilder().setCode(16))
          .setDeniedResponse(
              DeniedHttpResponse.newBuilder()
                  .setStatus(HttpStatus.newBuilder().setCode(401))
                  .addHeaders(header("www-authenticate", "Bearer"))
                  .addHeaders(header("content-length", "9999"))
                  .setBody("who are you? \u00fc"))
          .setDynamicMetadata(metadata())
          .build();
    }
    if (path.startsWith("/bare")) {
      return response.setStatus(RpcStatus.newBuilder().setCode(7)).build();
    }
    if (path.startsWith("/split")) {
      return response.setOkResponse(ok.addHeaders(header("x-user", "a\r\nx-admin: 1"))).build();
    }
    if (path.startsWith("/large")) {
      return response.setOkResponse(ok.addHeaders(header("x-user", "u".repeat(70_000)))).build();
    }
    return response
        .setOkResponse(
            ok.addHeaders(header("x-user", "alice"))
                .addHeaders(header("x-group", "b").setAppend(BoolValue.newBuilder().setValue(true)))
                .addHeaders(header("host", "elsewhere"))
                .addHeadersToRemove("x-secret")
                .addResponseHeadersToAdd(header("x-judged", "yes")))
        .setDynamicMetadata(metadata())
        .build();
  }

  private static Struct.Builder metadata() {
    return Struct.newBuilder().putFields("rule", Value.newBuilder().setStringValue("r1").build());
  }

  private static HeaderOption.Builder header(String name, String value) {
    return HeaderOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value));
  }
}
