// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcError;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** gRPC through two tunnels, to a port that is declared {@code grpc}. */
@Timeout(60)
class GrpcIT {
  private static final SocketAddress LIBRARY = SocketAddress.inetSocketAddress(80, "library");
  private static final int MANY = 200;

  private record Reply(GrpcClientResponse<Buffer, Buffer> response, List<String> messages) {}

  @TempDir private Path folder;
  private final Promise<Void> firstSeen = Promise.promise();
  private final Promise<GrpcError> broken = Promise.promise();
  private Stage stage;
  private GrpcClient client;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(folder);
    GrpcServer server = GrpcServer.server(stage.vertx()).callHandler(this::call);
    stage.serve("library", "grpc", server).open();
    client = GrpcClient.client(stage.vertx(), stage.http2Options());
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private void call(GrpcServerRequest<Buffer, Buffer> request) {
    GrpcServerResponse<Buffer, Buffer> response = request.response();
    switch (request.methodName()) {
      case "Echo" ->
          request.handler(message -> {
            response.headers().set("x-caller", String.valueOf(request.headers().get("x-name")));
            response.trailers().set("x-cost", "3");
            response.end(message);
          });
      case "Count" -> {
        response.write(Buffer.buffer("0"));
        firstSeen
            .future()
            .onSuccess(v -> {
              for (int i = 1; i < MANY; i++) {
                response.write(Buffer.buffer(Integer.toString(i)));
              }
              response.end();
            });
      }
      case "Forever" -> {
        request.errorHandler(broken::tryComplete);
        response.write(Buffer.buffer("first"));
      }
      case "Missing" ->
          response.status(GrpcStatus.NOT_FOUND).statusMessage("no such book: 7 %").end();
      default -> {
        response.write(Buffer.buffer("half"));
        response.status(GrpcStatus.DATA_LOSS).statusMessage("torn").end();
      }
    }
  }

  private Future<GrpcClientRequest<Buffer, Buffer>> request(String method) {
    return client
        .request(LIBRARY)
        .map(
            request -> request.serviceName(ServiceName.create("books.Library")).methodName(method));
  }

  private Reply ask(String method, String message, Handler<String> seen) {
    return request(method)
        .compose(request -> {
          request.headers().set("x-name", "sleep");
          return request.send(Buffer.buffer(message));
        })
        .compose(response -> read(response, seen))
        .await();
  }

  /** Whatever the status: this client takes any but OK for a failure. */
  private static Future<Reply> read(
      GrpcClientResponse<Buffer, Buffer> response, Handler<String> seen) {
    List<String> messages = new ArrayList<>();
    response.handler(message -> {
      messages.add(message.toString());
      seen.handle(message.toString());
    });
    return response.end().transform(ended -> Future.succeededFuture(new Reply(response, messages)));
  }

  @Test
  void unaryCallCarriesMetadataBothWays() {
    Reply reply = ask("Echo", "moby dick", ignored -> {});

    assertThat(reply.messages()).containsExactly("moby dick");
    assertThat(reply.response().headers().get("x-caller")).isEqualTo("sleep");
    assertThat(reply.response().status()).isEqualTo(GrpcStatus.OK);
    assertThat(reply.response().trailers().get("x-cost")).isEqualTo("3");
  }

  @Test
  void messagesOfTheServerStreamArriveAsTheyAreSent() {
    // The server goes on only when the first one is here.
    Reply reply = ask("Count", "", message -> firstSeen.tryComplete());

    assertThat(reply.messages())
        .isEqualTo(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    assertThat(reply.response().status()).isEqualTo(GrpcStatus.OK);
  }

  @Test
  void cancellationReachesTheServer() {
    GrpcClientRequest<Buffer, Buffer> request = request("Forever").await();
    request.response().onSuccess(response -> response.handler(first -> request.cancel()));

    request.write(Buffer.buffer("go"));

    assertThat(broken.future().await()).isEqualTo(GrpcError.CANCELLED);
    assertThat(ask("Echo", "again", ignored -> {}).messages()).containsExactly("again");
  }

  @Test
  void statusOfAnAnswerWithoutMessagesArrives() {
    Reply reply = ask("Missing", "7", ignored -> {});

    assertThat(reply.messages()).isEmpty();
    assertThat(reply.response().status()).isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(reply.response().statusMessage()).isEqualTo("no such book: 7 %");
  }

  @Test
  void statusBehindMessagesArrivesAndIsCounted() {
    Reply reply = ask("Torn", "", ignored -> {});

    assertThat(reply.messages()).containsExactly("half");
    assertThat(reply.response().status()).isEqualTo(GrpcStatus.DATA_LOSS);
    assertThat(reply.response().trailers().get("grpc-message")).isEqualTo("torn");
    assertThat(stage.metrics())
        .containsPattern("istio_requests_total\\{[^}]*grpc_response_status=\"15\"");
  }
}
