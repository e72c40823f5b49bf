// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.explain.Answer.Outcome;
import io.waypoint.explain.Answer.Sends;
import io.waypoint.explain.Answer.Share;
import io.waypoint.filters.Decision;
import io.waypoint.filters.FilterCatalog;
import io.waypoint.filters.FilterChain;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.Preflight;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.world.Destination;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a rule's requests go, each way with the filters that it passes. */
final class Shares {
  private static final int MOST_ENDPOINTS = 3;
  private static final int UNAVAILABLE = 503;

  private Shares() {}

  /**
   * @param fault what is done to the request on purpose, whatever the rule says; or null
   */
  static List<Share> of(
      RouteRule rule, @Nullable FaultRule fault, Supplier<StatedExchange> exchanges) {
    List<Backend> used =
        rule.rule().backends().stream().filter(backend -> backend.weight() > 0).toList();
    long sum = used.stream().mapToLong(Backend::weight).sum();
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < rule.choices().size(); i++) {
      double percent = used.isEmpty() ? 100 : 100.0 * used.get(i).weight() / sum;
      shares.add(share(rule, rule.choices().get(i), percent, fault, exchanges.get()));
    }
    return shares;
  }

  /** The way of a request to a service without routes. */
  static Share own(Destination destination, StatedExchange exchange, @Nullable FaultRule fault) {
    EndpointSet set = destination.endpoints();
    return forward(
        100,
        destination.namespace() + "/" + destination.service() + ":" + destination.port(),
        set,
        FilterWords.of(fault),
        exchange);
  }

  private static Share share(
      RouteRule rule,
      BackendChoice choice,
      double percent,
      @Nullable FaultRule fault,
      StatedExchange exchange) {
    List<FilterSpec> ofBackend =
        choice instanceof BackendChoice.Forward to ? to.backend().filters() : List.of();
    List<String> words = new ArrayList<>(FilterWords.of(fault));
    words.addAll(FilterWords.of(rule.rule(), ofBackend));
    FilterChain.Passage passage = FilterCatalog.undisturbed(rule.rule(), ofBackend).enter(exchange);
    Decision decision = passage.forward();
    passage.backward();
    String name =
        switch (choice) {
          case BackendChoice.Forward(Backend backend, var _) ->
              backend.namespace() + "/" + backend.name() + ":" + backend.port();
          case BackendChoice.Fail _ -> "nowhere";
        };
    if (decision instanceof Decision.Respond(var reply)) {
      String location =
          reply.fields().stream()
              .filter(field -> field.name().equals("location"))
              .map(field -> ": " + field.value())
              .findFirst()
              .orElse("");
      String permitted =
          reply.fields().stream()
              .filter(field -> field.name().startsWith("access-control-"))
              .map(field -> field.name() + ": " + field.value())
              .collect(Collectors.joining(", "));
      String what =
          Preflight.of(exchange) == null
              ? "a filter answers" + location
              : permitted.isEmpty()
                  ? "the preflight is answered without permission"
                  : "the preflight is answered " + permitted;
      var outcome = new Outcome(reply.status(), what);
      return new Share(percent, name, 0, 0, words, null, outcome);
    }
    return switch (choice) {
      case BackendChoice.Fail(int status, String reason) ->
          new Share(percent, name, 0, 0, words, null, new Outcome(status, reason));
      case BackendChoice.Forward(var _, EndpointSet set) ->
          forward(percent, name, set, words, exchange);
    };
  }

  private static Share forward(
      double percent, String name, EndpointSet set, List<String> words, StatedExchange exchange) {
    int ready = set.readyCount();
    List<String> to =
        set.endpoints().stream().limit(Math.min(ready, MOST_ENDPOINTS)).map(Shares::text).toList();
    var sends =
        new Sends(
            exchange.method(),
            exchange.outgoing(),
            exchange.authority(),
            changed(exchange),
            exchange.responseFields(),
            to,
            exchange.mirrored());
    if (set.endpoints().isEmpty()) {
      return new Share(percent, name, 0, 0, words, sends, Outcome.NOBODY);
    }
    return ready == 0
        ? new Share(
            percent,
            name,
            0,
            set.endpoints().size(),
            words,
            null,
            new Outcome(UNAVAILABLE, "no healthy upstream"))
        : new Share(percent, name, ready, set.endpoints().size(), words, sends, Outcome.FORWARDED);
  }

  private static String text(Endpoint endpoint) {
    InetSocketAddress address = endpoint.address();
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return host
        + ":"
        + address.getPort()
        + (endpoint.tunnel() == null ? " over TCP" : " over HBONE")
        + words(endpoint.tls());
  }

  /** What is asked for, and whose certificate will do. */
  private static String words(Endpoint.@Nullable Tls tls) {
    if (tls == null) {
      return "";
    }
    List<String> names = new ArrayList<>(tls.dnsNames());
    names.addAll(tls.uris());
    return " in TLS (SNI %s; certificate of %s by %s authorities)"
        .formatted(
            tls.serverName(),
            String.join(" or ", names),
            tls.authorities() == null ? "the system's" : "the policy's");
  }

  /** The request's fields that are not as the caller wrote them. */
  private static List<Question.Field> changed(StatedExchange exchange) {
    var now = new StatedHeaders(exchange.requestFields());
    var names = new TreeMap<String, String>();
    now.fields().forEach(field -> names.put(field.name().toLowerCase(Locale.ROOT), field.name()));
    exchange
        .receivedFields()
        .forEach(field -> names.putIfAbsent(field.name().toLowerCase(Locale.ROOT), field.name()));
    names.remove("host");
    List<Question.Field> changed = new ArrayList<>();
    for (String name : names.keySet()) {
      String before = exchange.header(name);
      String after = now.joined(name);
      if (after == null) {
        changed.add(new Question.Field(name, ""));
      } else if (!after.equals(before)) {
        changed.add(new Question.Field(name, after));
      }
    }
    return changed;
  }
}
