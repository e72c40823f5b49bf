// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import io.waypoint.filters.Exchange;
import io.waypoint.routing.model.RateDescriptor;
import io.waypoint.routing.model.RateDescriptor.Entry;
import io.waypoint.routing.model.RateDescriptor.Pair;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said of a request to whoever counts.
 *
 * <p>Every line of a repeated header counts: there is a descriptor for each, so that a caller
 * cannot hide behind one line the value that the application reads from another.
 */
sealed interface Description {
  /** Nobody need be asked. */
  record Nothing() implements Description {}

  /** There are more values, or longer ones, than can be asked about. */
  record Ambiguous() implements Description {}

  /** At least one descriptor. */
  record As(List<Stated> descriptors) implements Description {}

  static Description of(List<RateDescriptor> rules, Exchange exchange) {
    List<Stated> stated = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      if (!describe(rules.get(i).entries(), exchange, stated)) {
        return new Ambiguous();
      }
    }
    if (characters(stated) > RateDescriptor.MOST_CHARACTERS) {
      return new Ambiguous();
    }
    return stated.isEmpty() ? new Nothing() : new As(stated);
  }

  /** A long line of one header is said again with each line of another. */
  private static int characters(List<Stated> all) {
    int characters = 0;
    for (Stated stated : all) {
      for (Pair pair : stated.pairs()) {
        characters += pair.key().length() + pair.value().length();
      }
    }
    return characters;
  }

  /** False when the request cannot be described in as few descriptors as may be asked about. */
  private static boolean describe(List<Entry> entries, Exchange exchange, List<Stated> into) {
    List<List<Pair>> variants = List.of(List.of());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<String> values = values(entry, exchange);
      if (values.isEmpty()) {
        if (entry instanceof Entry.Header header && header.optional()) {
          continue;
        }
        return true;
      }
      if (into.size() + variants.size() * values.size() > RateDescriptor.MOST) {
        return false;
      }
      variants = extended(variants, key(entry), values);
    }
    for (List<Pair> pairs : variants) {
      if (!pairs.isEmpty()) {
        into.add(new Stated(pairs));
      }
    }
    return true;
  }

  private static List<List<Pair>> extended(
      List<List<Pair>> variants, String key, List<String> values) {
    List<List<Pair>> extended = new ArrayList<>(variants.size() * values.size());
    for (List<Pair> variant : variants) {
      for (String value : values) {
        List<Pair> pairs = new ArrayList<>(variant.size() + 1);
        pairs.addAll(variant);
        pairs.add(new Pair(key, value));
        extended.add(pairs);
      }
    }
    return extended;
  }

  private static String key(Entry entry) {
    return switch (entry) {
      case Entry.Constant constant -> constant.key();
      case Entry.Header header -> header.key();
      case Entry.Fact fact -> fact.key();
    };
  }

  private static List<String> values(Entry entry, Exchange exchange) {
    return switch (entry) {
      case Entry.Constant constant -> List.of(constant.value());
      case Entry.Fact.REMOTE_ADDRESS -> List.of(exchange.remoteAddress());
      case Entry.Fact.SOURCE_PRINCIPAL -> List.of(exchange.principal());
      case Entry.Fact.DESTINATION -> List.of(exchange.destination());
      case Entry.Header header -> lines(header.name(), exchange);
    };
  }

  private static List<String> lines(String name, Exchange exchange) {
    return switch (name) {
      case ":method" -> List.of(exchange.head().method());
      case ":authority", "host" -> List.of(text(exchange.authority()));
      case ":path" -> {
        String query = exchange.head().query();
        String path = exchange.head().path();
        yield List.of(text(query == null ? path : path + "?" + query));
      }
      default -> {
        List<String> lines = exchange.requestHeaders().all(name);
        List<String> texts = new ArrayList<>(lines.size());
        for (String line : lines) {
          String text = text(line);
          if (!texts.contains(text)) {
            texts.add(text);
          }
        }
        yield texts;
      }
    };
  }

  /** Codecs deliver one character a byte. */
  private static String text(String wire) {
    return new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
