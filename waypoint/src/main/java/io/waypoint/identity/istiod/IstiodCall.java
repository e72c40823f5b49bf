// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import com.google.protobuf.MessageLite;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.waypoint.identity.PeerRefusedException;
import io.waypoint.identity.istiod.CallEnd.Cause;
import io.waypoint.refusal.Refusal;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call on a connection of its own, so that each call begins with the roots, the token and the
 * certificate of its moment. It ends exactly once, and takes its connection with it.
 *
 * <pre>
 *   opening ──begin──► open ──send──► open ──message──► open
 *      └──────────────────┴── finish / cancel / status / loss / silence ──► ended
 * </pre>
 *
 * <p>Everything happens on one event loop.
 *
 * @param <Q> what we send
 */
public final class IstiodCall<Q extends MessageLite> {
  /** What the caller is told. */
  public interface Events {
    /** The bytes of one message. */
    void message(byte[] bytes);

    /** Nothing comes after this. */
    void ended(CallEnd end);
  }

  private static final long PING_MILLIS = 30_000;
  private static final int LONGEST_WORDS = 200;
  private static final long PONG_MILLIS = 10_000;

  private final Vertx vertx;
  private final GrpcClient client;
  private final Events events;
  private @Nullable GrpcClientRequest<Q, Buffer> request;
  private long timer = -1;
  private boolean ended;

  IstiodCall(Vertx vertx, GrpcClient client, Events events) {
    this.vertx = vertx;
    this.client = client;
    this.events = events;
  }

  /** The request is there; nothing has been sent. */
  void begin(GrpcClientRequest<Q, Buffer> opened) {
    request = opened;
    if (ended) {
      client.close();
      return;
    }
    opened.exceptionHandler(this::failed);
    opened.connection().closeHandler(gone -> end(Cause.LOST, "the connection to istiod closed"));
    opened.response().onSuccess(this::answered).onFailure(this::failed);
    keepAlive(opened.connection());
  }

  private void answered(GrpcClientResponse<Q, Buffer> response) {
    response.messageHandler(this::message);
    response.errorHandler(error -> end(Cause.LOST, "istiod reset the call: " + error));
    response.exceptionHandler(this::failed);
    response.endHandler(over -> finished(response));
  }

  /** We ask for no compression, so that a small message cannot become a large one. */
  private void message(GrpcMessage message) {
    if (ended) {
      return;
    }
    if (message.encoding().equals("identity")) {
      events.message(message.payload().getBytes());
    } else {
      end(Cause.MISBEHAVED, "istiod sent a compressed message");
    }
  }

  private void finished(GrpcClientResponse<Q, Buffer> response) {
    GrpcStatus status = Objects.requireNonNullElse(response.status(), GrpcStatus.UNKNOWN);
    String said = response.headers().get("grpc-message");
    String trailing = response.trailers().get("grpc-message");
    end(cause(status), "istiod says " + status.name() + words(said == null ? trailing : said));
  }

  private static Cause cause(GrpcStatus status) {
    return switch (status) {
      case OK, UNKNOWN, CANCELLED, DEADLINE_EXCEEDED -> Cause.FINISHED;
      case UNAUTHENTICATED, PERMISSION_DENIED -> Cause.CREDENTIAL_REFUSED;
      default -> Cause.REFUSED;
    };
  }

  /** A status message is percent-encoded, and somebody else's text: one line, and not too long. */
  private static String words(@Nullable String said) {
    if (said == null || said.isEmpty()) {
      return "";
    }
    var line = new StringBuilder(": ");
    for (int i = 0; i < said.length() && line.length() < LONGEST_WORDS; i++) {
      char c = said.charAt(i);
      if (c == '%'
          && i + 2 < said.length()
          && HexFormat.isHexDigit(said.charAt(i + 1))
          && HexFormat.isHexDigit(said.charAt(i + 2))) {
        c = (char) HexFormat.fromHexDigits(said, i + 1, i + 3);
        i += 2;
      }
      line.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return line.toString();
  }

  void failed(Throwable failure) {
    if (failure instanceof io.vertx.grpc.common.InvalidMessageException) {
      end(Cause.MISBEHAVED, "istiod sent a message that is too large");
    } else if (request == null) {
      Refusal refusal = PeerRefusedException.behind(failure);
      String why = refusal == Refusal.TLS_HANDSHAKE ? text(failure) : refusal.message();
      end(Cause.UNREACHABLE, "istiod cannot be reached: " + why);
    } else {
      end(Cause.LOST, "the call to istiod broke off: " + text(failure));
    }
  }

  private static String text(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  /** A connection that died without a word is noticed by a PING that nobody answers. */
  private void keepAlive(HttpConnection connection) {
    timer =
        vertx.setTimer(
            PING_MILLIS,
            due -> {
              timer = vertx.setTimer(PONG_MILLIS, late -> end(Cause.LOST, "istiod is silent"));
              connection
                  .ping(Buffer.buffer(new byte[8]))
                  .onSuccess(pong -> {
                    if (!ended) {
                      vertx.cancelTimer(timer);
                      keepAlive(connection);
                    }
                  });
            });
  }

  /** Sends one message; what cannot be sent ends the call. */
  public void send(Q message) {
    GrpcClientRequest<Q, Buffer> open = request;
    if (!ended && open != null) {
      open.write(message).onFailure(this::failed);
    }
  }

  /** Sends one message, the only or the last. */
  void sendLast(Q message) {
    GrpcClientRequest<Q, Buffer> open = request;
    if (!ended && open != null) {
      open.end(message).onFailure(this::failed);
    }
  }

  /** Ends the call from our side, for a reason that we have. */
  public void end(Cause cause, String detail) {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(timer);
    GrpcClientRequest<Q, Buffer> open = request;
    if (open != null) {
      open.cancel();
    }
    client.close();
    events.ended(new CallEnd(cause, detail));
  }
}
