// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.LocalReply;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.jwt.TokenRefusal;
import io.waypoint.refusal.Refusal;
import io.waypoint.routing.BackendChoice;
import io.waypoint.telemetry.RequestRecord;
import io.waypoint.telemetry.ResponseFlag;
import java.util.List;

/** The answers that an exchange gives itself: what the caller gets, and what the record says. */
final class LocalReplies {
  /** Says that nothing was tried: callers may go elsewhere at once. */
  private static final List<LocalReply.Field> OVERLOADED =
      List.of(new LocalReply.Field("x-envoy-overloaded", "true"));

  private final ProxyExchange exchange;
  private final RequestRecord record;
  private final Downstream downstream;

  LocalReplies(ProxyExchange exchange) {
    this.exchange = exchange;
    this.record = exchange.record();
    this.downstream = exchange.downstream();
  }

  void give(LocalAnswer answer) {
    record.replied(answer.status(), answer.flag());
    write(
        answer.status(), answer.flag() == ResponseFlag.UO ? OVERLOADED : List.of(), answer.body());
  }

  /** The request is not one that we carry; what comes behind it on its connection is not either. */
  void refuse(Refusal refusal) {
    exchange.loop().refused(refusal);
    record.replied(refusal.status(), ResponseFlag.DPE, refusal.label());
    downstream.closeAfterwards();
    write(refusal.status(), "");
  }

  void deny(Verdict.Deny denied) {
    LocalAnswer answer = LocalAnswer.DENIED;
    record.denied(answer.status(), denied.policyId());
    write(answer.status(), answer.body());
  }

  /** A token is not good (RFC 6750 section 3). */
  void refuse(TokenRefusal reason) {
    CanonicalRequest request = exchange.request();
    String challenge =
        "Bearer realm=\"http://"
            + request.authority()
            + request.path().replace("\"", "%22")
            + "\", error=\"invalid_token\"";
    respond(
        new LocalReply(
            reason.status(),
            List.of(new LocalReply.Field(FieldNames.WWW_AUTHENTICATE, challenge)),
            reason.text(),
            ResponseFlag.NONE.text(),
            reason.details()));
  }

  /** The rule chose a backend that does not exist; a gRPC caller is to hear UNAVAILABLE. */
  void fail(BackendChoice.Fail fail) {
    boolean grpc = exchange.request().fields().isGrpc();
    int status = grpc ? LocalAnswer.NO_HEALTHY_UPSTREAM.status() : fail.status();
    record.replied(status, ResponseFlag.NONE, "direct_response");
    write(status, "");
  }

  /** A filter answers. */
  void respond(LocalReply reply) {
    record.replied(reply.status(), flag(reply.flag()), reply.details());
    write(reply.status(), reply.grpcStatus(), reply.fields(), reply.body());
  }

  private static ResponseFlag flag(String text) {
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (flag.text().equals(text)) {
        return flag;
      }
    }
    return ResponseFlag.NONE;
  }

  /** A deadline has a status of its own in gRPC. */
  private int grpcStatus(int status) {
    return record.flag() == ResponseFlag.UT ? GrpcStatus.DEADLINE_EXCEEDED : GrpcStatus.of(status);
  }

  private void write(int status, String text) {
    write(status, List.of(), text);
  }

  private void write(int status, List<LocalReply.Field> fields, String text) {
    write(status, -1, fields, text);
  }

  private void write(int status, int forCalls, List<LocalReply.Field> fields, String text) {
    if (exchange.body().mayNeverCome()) {
      downstream.closeAfterwards();
    }
    boolean grpc = exchange.request().fields().isGrpc();
    int grpcStatus = !grpc ? -1 : forCalls >= 0 ? forCalls : grpcStatus(status);
    if (grpc) {
      record.grpcStatus(grpcStatus);
    }
    downstream.prepare(status, text, grpcStatus);
    for (LocalReply.Field field : fields) {
      if (field.name().equals("content-type")) {
        downstream.response().headers().set(field.name(), field.value());
      } else {
        downstream.response().headers().add(field.name(), field.value());
      }
    }
    exchange.passBack();
    downstream.reply(text, grpc);
    exchange.replied();
  }
}
