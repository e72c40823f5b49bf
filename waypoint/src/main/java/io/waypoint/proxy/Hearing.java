// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.buffer.Buffer;
import io.waypoint.authorizer.Asked;
import io.waypoint.authorizer.Opinion;
import io.waypoint.authorizer.Question;
import io.waypoint.filters.LocalReply;
import io.waypoint.world.ExternalAuthorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One authorizer's word about one request, from what it is shown of the body to what follows from
 * its answer.
 */
final class Hearing {
  private static final String FLAG = "UAEX";

  private static final String FAILED_OPEN = "x-envoy-auth-failure-mode-allowed";

  private final ProxyExchange exchange;
  private final ExternalAuthorizer authorizer;
  private final Runnable passed;
  private final Consumer<LocalReply> refused;

  /** Asks whomever it is. */
  @FunctionalInterface
  interface Line {
    Asked ask(Question question, Consumer<Opinion> answer);
  }

  /**
   * @param passed what follows when it lets the request pass
   * @param refused what follows when it does not
   */
  Hearing(
      ProxyExchange exchange,
      ExternalAuthorizer authorizer,
      Runnable passed,
      Consumer<LocalReply> refused) {
    this.exchange = exchange;
    this.authorizer = authorizer;
    this.passed = passed;
    this.refused = refused;
  }

  void begin(Line line) {
    ExternalAuthorizer.Body shown = authorizer.shown().body();
    if (shown == null || exchange.request().asksForWebSocket() || exchange.body().isEmpty()) {
      ask(line, null, false);
    } else {
      exchange
          .body()
          .readAhead(shown.most(), read -> exchange.goOn(() -> askWithBody(line, shown, read)));
    }
  }

  private void askWithBody(Line line, ExternalAuthorizer.Body shown, Buffer read) {
    boolean partial = read.length() > shown.most();
    if (partial && !shown.partial()) {
      refuse(413, "request_payload_too_large");
    } else {
      ask(line, partial ? read.slice(0, shown.most()) : read, partial);
    }
  }

  private void ask(Line line, @Nullable Buffer body, boolean partial) {
    ProxyLoop loop = exchange.loop();
    CanonicalRequest request = exchange.request();
    var head =
        new Question.Head(
            exchange.record().requestId() == null ? "" : exchange.record().requestId(),
            request.method(),
            request.target(),
            request.authority(),
            request.scheme(),
            request.isHttp2(),
            request.headers(),
            body,
            partial,
            exchange.body().length());
    var question =
        new Question(head, exchange.caller().parties(), loop.environment().time().clock().millis());
    Asked asked = line.ask(question, opinion -> exchange.goOn(() -> follow(opinion)));
    // Answered at once, the request has gone on, and may be waiting for somebody else by now.
    if (!asked.isOver()) {
      exchange.waitFor(asked::cancel);
    }
  }

  private void follow(Opinion opinion) {
    switch (opinion) {
      case Opinion.Pass pass -> {
        exchange.record().metadata(pass.metadata());
        pass.upstream().forEach(field -> Inquiry.write(exchange.request().headers(), field));
        exchange.addToAnswer(pass.downstream());
        passed.run();
      }
      case Opinion.Refuse refuse -> {
        exchange.record().metadata(refuse.metadata());
        List<LocalReply.Field> fields = new ArrayList<>();
        refuse
            .fields()
            .forEach(field -> fields.add(new LocalReply.Field(field.name(), field.value())));
        refused.accept(
            new LocalReply(refuse.status(), fields, refuse.body(), FLAG, "ext_authz_denied"));
      }
      case Opinion.Failure(String reason) -> {
        exchange.record().authorizerFailed(reason);
        if (authorizer.failOpen()) {
          exchange.request().headers().set(FAILED_OPEN, "true");
          passed.run();
        } else {
          refuse(authorizer.statusOnError(), "ext_authz_error");
        }
      }
    }
  }

  private void refuse(int status, String details) {
    refused.accept(refusal(status, details));
  }

  /** What a caller gets when no authorizer has said what to answer. */
  static LocalReply refusal(int status, String details) {
    return new LocalReply(status, "", FLAG, details);
  }
}
