// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.filters.LocalReply;
import io.waypoint.rbac.Consultation;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.World;

/**
 * One request's external authorizers, asked one after the other. All must let it pass; the first
 * that does not ends the exchange. The body waits at the caller, but for what an authorizer is
 * shown of it.
 */
final class Inquiry {
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
        refuse(Hearing.refusal(ExternalAuthorizer.STATUS_ON_ERROR, "ext_authz_error"));
      } else {
        new Hearing(exchange, authorizer, this::begin, this::refuse)
            .begin((question, answer) ->
                exchange.loop().asker().ask(world, authorizer, question, answer));
      }
    } else if (consultation.refusal() != null) {
      new LocalReplies(exchange).deny(consultation.refusal());
    } else {
      passed.run();
    }
  }

  private void refuse(LocalReply reply) {
    new LocalReplies(exchange).respond(reply);
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
