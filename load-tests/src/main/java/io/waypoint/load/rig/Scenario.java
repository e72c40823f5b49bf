// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One question and the cells that answer it, from a file:
 *
 * <pre>
 *   question: What does a small GET cost?
 *   effort: full                    quick, short or full
 *   rate: 1500                      requests a second in all cells, or as far as their share allows
 *   peerPairs: 3                    pairs with windows of the others; all by default
 *   cells:
 *   - {name: 32 tunnels, tunnels: 32}
 * </pre>
 *
 * What a cell does not say is {@code wire: http1, tunnels: 32, streams: 1, requestBytes: 0,
 * responseBytes: 128, routes: 1, policies: 1, endpoints: 1, accessLog: true, token: none, services:
 * 0, idleTunnels: 0, slowReaders: 0, flipsPerSecond: 0, rotationsPerSecond: 0, share: 0.5, haproxy:
 * false, restSeconds: 0} and the scenario's effort, rate and peerPairs; with a rate its share is
 * 0.7. After a rest memory is looked at once more and system calls are counted. A cell with {@code
 * extra: true} is no part of the matrix.
 */
public record Scenario(String name, String question, List<Entry> cells) {
  private static final int MOST_BYTES = 1 << 30;

  /**
   * A cell and how thoroughly it is measured.
   *
   * @param extra whether it is measured only when its scenario is asked for by name
   */
  public record Entry(Cell cell, Effort effort, boolean extra) {}

  /** With what is not 0 instead of every cell's own effort. */
  public Scenario with(int warmup, int pairs, int window) {
    return new Scenario(
        name,
        question,
        cells.stream()
            .map(entry ->
                new Entry(entry.cell(), entry.effort().with(warmup, pairs, window), entry.extra()))
            .toList());
  }

  /** Without its extra cells. */
  public Scenario ofMatrix() {
    return new Scenario(name, question, cells.stream().filter(entry -> !entry.extra()).toList());
  }

  /** Null when it cannot be read; why is added to {@code problems}. */
  public static @Nullable Scenario read(String name, Source source, Problems problems) {
    List<Doc> docs = Doc.read(source, problems);
    if (docs.size() != 1) {
      return null;
    }
    Doc doc = docs.getFirst().only("question", "effort", "rate", "peerPairs", "cells");
    Effort effort = effort(doc.field("effort"), Effort.FULL);
    int rate = rate(doc.field("rate"), 0);
    int peerPairs = doc.field("peerPairs").integer(0, 100, 100);
    List<Entry> cells = new ArrayList<>();
    for (Doc entry : doc.field("cells").list()) {
      Cell cell = cell(entry, rate);
      if (cell != null) {
        int peers = entry.field("peerPairs").integer(0, 100, peerPairs);
        cells.add(
            new Entry(
                cell,
                effort(entry.field("effort"), effort).withPeersIn(peers),
                entry.field("extra").flag(false)));
      }
    }
    return problems.hasErrors()
        ? null
        : new Scenario(name, String.valueOf(doc.field("question").required()), cells);
  }

  private static Effort effort(Doc doc, Effort fallback) {
    if (!doc.present()) {
      return fallback;
    }
    String word = doc.oneOf(List.of("quick", "short", "full"));
    return switch (word == null ? "" : word) {
      case "quick" -> Effort.QUICK;
      case "short" -> Effort.SHORT;
      default -> Effort.FULL;
    };
  }

  private static @Nullable Cell cell(Doc doc, int rateOfAll) {
    doc.only(
        "name",
        "effort",
        "peerPairs",
        "extra",
        "wire",
        "tunnels",
        "streams",
        "requestBytes",
        "responseBytes",
        "routes",
        "policies",
        "endpoints",
        "accessLog",
        "token",
        "services",
        "idleTunnels",
        "slowReaders",
        "flipsPerSecond",
        "rotationsPerSecond",
        "share",
        "rate",
        "haproxy",
        "restSeconds");
    String word =
        doc.has("wire")
            ? doc.field("wire").oneOf(List.of("http1", "grpc", "tunnel", "handshake"))
            : null;
    Cell.Wire wire =
        word == null ? Cell.Wire.HTTP1 : Cell.Wire.valueOf(word.toUpperCase(Locale.ROOT));
    int rate = rate(doc.field("rate"), rateOfAll);
    double share = share(doc.field("share"), rate == 0 ? 0.5 : Cell.Offer.MOST);
    try {
      return new Cell(
          String.valueOf(doc.field("name").required()),
          new Cell.Load(
              wire,
              doc.field("tunnels").integer(1, 10_000, 32),
              doc.field("streams").integer(1, 100, 1),
              doc.field("requestBytes").integer(0, MOST_BYTES, 0),
              doc.field("responseBytes").integer(0, MOST_BYTES, 128)),
          new Cell.Mesh(
              doc.field("routes").integer(1, 100_000, 1),
              doc.field("policies").integer(0, 100_000, 1),
              doc.field("endpoints").integer(1, 10_000, 1),
              doc.field("accessLog").flag(true),
              token(doc.field("token")),
              doc.field("services").integer(0, 50_000, 0)),
          new Cell.Beside(
              doc.field("idleTunnels").integer(0, 10_000, 0),
              doc.field("slowReaders").integer(0, 100, 0),
              doc.field("flipsPerSecond").integer(0, 50, 0),
              doc.field("rotationsPerSecond").integer(0, 10, 0)),
          new Cell.Offer(share, rate),
          doc.field("haproxy").flag(false),
          doc.field("restSeconds").integer(0, 600, 0));
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static Cell.Token token(Doc doc) {
    String word = doc.present() ? doc.oneOf(List.of("none", "carried", "verified")) : null;
    return word == null ? Cell.Token.NONE : Cell.Token.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static int rate(Doc doc, int fallback) {
    return doc.integer(0, 1_000_000, fallback);
  }

  private static double share(Doc doc, double fallback) {
    if (!doc.present()) {
      return fallback;
    }
    try {
      return Double.parseDouble(doc.raw());
    } catch (NumberFormatException e) {
      doc.error(
          Code.BAD_VALUE,
          String.format(Locale.ROOT, "share is \"%s\", not a number from 0 to 0.7", doc.raw()));
      return fallback;
    }
  }
}
