// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.waypoint.authorizer.Opinion;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.authorizer.Question;
import io.waypoint.filters.LocalReply;
import io.waypoint.rbac.Consultation;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's external authorizers, asked one after the other. All must let it pass; the first
 * that does not ends the exchange. The body waits at the caller, but for what an authorizer is
 * shown of it.
 */
final class Inquiry {
  private static final String FAILED_OPEN = "x-envoy-auth-failure-mode-allowed";
  private static final String FLAG = "UAEX";

  private final ProxyExchange exchange;
  private final World world;
  private final Consultation consultation;
  private final Runnable passed;
  private int next;

  /**
   * @param passed what follows when all let the request pass
   */
  Inquiry(ProxyExchange exchange, World world, Consultation consultation, Runnable passed) {
    this.exchange = exchange;
    this.world = world;
    this.consultation = consultation;
    this.passed = passed;
  }

  void begin() {
    if (next < consultation.authorizers().size()) {
      String name = consultation.authorizers().get(next);
      next++;
      ExternalAuthorizer authorizer = world.mesh().authorizers().get(name);
      if (authorizer == null) {
        respond(ExternalAuthorizer.STATUS_ON_ERROR, "ext_authz_error");
      } else {
        prepare(authorizer);
      }
    } else if (consultation.refusal() != null) {
      new LocalReplies(exchange).deny(consultation.refusal());
    } else {
      passed.run();
    }
  }

  private void prepare(ExternalAuthorizer authorizer) {
    ExternalAuthorizer.Body shown = authorizer.shown().body();
    if (shown == null || exchange.request().asksForWebSocket() || exchange.body().isEmpty()) {
      ask(authorizer, null, false);
    } else {
      exchange
          .body()
          .readAhead(
              shown.most(), read -> exchange.goOn(() -> askWithBody(authorizer, shown, read)));
    }
  }

  private void askWithBody(
      ExternalAuthorizer authorizer, ExternalAuthorizer.Body shown, Buffer read) {
    boolean partial = read.length() > shown.most();
    if (partial && !shown.partial()) {
      respond(413, "request_payload_too_large");
    } else {
      ask(authorizer, partial ? read.slice(0, shown.most()) : read, partial);
    }
  }

  private void ask(ExternalAuthorizer authorizer, @Nullable Buffer body, boolean partial) {
    ProxyLoop loop = exchange.loop();
    CanonicalRequest request = exchange.request();
    var head =
        new Question.Head(
            exchange.record().requestId() == null ? "" : exchange.record().requestId(),
            request.method(),
            request.target(),
            request.authority(),
            "https".equalsIgnoreCase(request.fields().forwardedProto) ? "https" : "http",
            request.isHttp2(),
            request.headers(),
            body,
            partial,
            exchange.body().length());
    var question =
        new Question(head, exchange.caller().parties(), loop.environment().time().clock().millis());
    exchange.waitFor(
        loop.asker()
                .ask(
                    world,
                    authorizer,
                    question,
                    opinion -> exchange.goOn(() -> follow(authorizer, opinion)))
            ::cancel);
  }

  private void follow(ExternalAuthorizer authorizer, Opinion opinion) {
    switch (opinion) {
      case Opinion.Pass pass -> {
        exchange.record().metadata(pass.metadata());
        pass.upstream().forEach(field -> write(exchange.request().headers(), field));
        exchange.addToAnswer(pass.downstream());
        begin();
      }
      case Opinion.Refuse refuse -> {
        exchange.record().metadata(refuse.metadata());
        List<LocalReply.Field> fields = new ArrayList<>();
        refuse
            .fields()
            .forEach(field -> fields.add(new LocalReply.Field(field.name(), field.value())));
        new LocalReplies(exchange)
            .respond(
                new LocalReply(refuse.status(), fields, refuse.body(), FLAG, "ext_authz_denied"));
      }
      case Opinion.Failure(String reason) -> {
        exchange.record().authorizerFailed(reason);
        if (authorizer.failOpen()) {
          exchange.request().headers().set(FAILED_OPEN, "true");
          begin();
        } else {
          respond(authorizer.statusOnError(), "ext_authz_error");
        }
      }
    }
  }

  private void respond(int status, String details) {
    new LocalReplies(exchange).respond(new LocalReply(status, "", FLAG, details));
  }

  static void write(MultiMap headers, Field field) {
    switch (field.change()) {
      case APPEND -> headers.add(field.name(), field.value());
      case REPLACE -> headers.set(field.name(), field.value());
      case REMOVE -> headers.remove(field.name());
      case ADD_IF_ABSENT -> {
        if (!headers.contains(field.name())) {
          headers.set(field.name(), field.value());
        }
      }
      case REPLACE_IF_PRESENT -> {
        if (headers.contains(field.name())) {
          headers.set(field.name(), field.value());
        }
      }
    }
  }
}
