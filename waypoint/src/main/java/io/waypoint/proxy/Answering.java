// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.http1.Fields;
import io.waypoint.upstream.UpstreamResponse;

/** The endpoint's answer on its way back: steps 9 and 10 of an exchange. */
final class Answering {
  private static final int MOST_INTERIM_ANSWERS = 8;

  private final ProxyExchange exchange;
  private final Downstream downstream;
  private final IdleWatch.Activity activity;
  private int interimAnswers;
  private boolean begun;

  Answering(ProxyExchange exchange) {
    this.exchange = exchange;
    this.downstream = exchange.downstream();
    this.activity = exchange.activity();
  }

  /** Whether the final answer has begun, so that there is no way back. */
  boolean hasBegun() {
    return begun;
  }

  /** The endpoint wants the body (100). */
  void goAhead() {
    if (isInterimWelcome() && exchange.body().mayNeverCome()) {
      exchange.body().goAhead();
      downstream.response().writeContinue();
    }
  }

  /** The endpoint says what will be needed (103). */
  void earlyHints(MultiMap hints) {
    if (isInterimWelcome()) {
      var passed = new Fields();
      exchange.loop().copy().response(hints, passed, false);
      downstream.response().writeEarlyHints(passed);
    }
  }

  private boolean isInterimWelcome() {
    activity.touch();
    if (begun || exchange.isFinished()) {
      return false;
    }
    if (++interimAnswers > MOST_INTERIM_ANSWERS) {
      exchange.give(LocalAnswer.PROTOCOL_ERROR);
      return false;
    }
    return !exchange.request().isHttp10();
  }

  /** The final answer's head has come. */
  void begin(Delivery delivery, UpstreamCall call, UpstreamResponse from) {
    activity.touch();
    int status = from.status();
    boolean switching = status == 101 && call.isUpgrading();
    if (!switching && (status < 200 || status > 599)) {
      exchange.give(LocalAnswer.PROTOCOL_ERROR);
      return;
    }
    begun = true;
    exchange.body().letGo();
    exchange.record().responded(status, exchange.loop().nanos());
    ResponseBody body = AnswerHead.write(exchange, call, from, delivery.nanosSinceSent());
    delivery.markSession(downstream.response().headers());
    exchange.passBack();
    if (switching) {
      exchange.switchProtocol(call, from);
      return;
    }
    if (exchange.body().mayNeverCome()) {
      downstream.closeAfterwards();
    }
    downstream.markHead();
    body.flow();
  }
}
