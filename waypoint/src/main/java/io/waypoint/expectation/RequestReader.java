// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.expectation.ExpectedRequest.Answer;
import io.waypoint.expectation.ExpectedRequest.Peer;
import io.waypoint.expectation.ExpectedRequest.Protocol;
import io.waypoint.expectation.ExpectedRequest.Wanted;
import io.waypoint.rbac.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one request and what is expected of it. */
final class RequestReader {
  private static final List<String> FIELDS =
      List.of(
          "name",
          "description",
          "tags",
          "protocol",
          "principal",
          "sourceIp",
          "remoteIp",
          "destIp",
          "destPort",
          "method",
          "path",
          "host",
          "headers",
          "jwt",
          "sni",
          "extAuthz",
          "expect",
          "expectStatus",
          "expectGrpcStatus",
          "expectPolicy",
          "expectForwardedPath",
          "expectShadow",
          "reason");

  private RequestReader() {}

  static ExpectedRequest read(Doc doc) {
    doc.only(FIELDS);
    String protocol = doc.field("protocol").oneOf(List.of("http", "grpc", "tcp"));
    Map<String, Answer> answers = new LinkedHashMap<>();
    for (Doc answer : doc.field("extAuthz").fields()) {
      String word = answer.oneOf(List.of("allow", "deny", "error"));
      answers.put(
          answer.name(),
          word == null ? Answer.ERROR : Answer.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return new ExpectedRequest(
        doc.field("name").raw(),
        doc.position(),
        protocol == null ? Protocol.HTTP : Protocol.valueOf(protocol.toUpperCase(Locale.ROOT)),
        peer(doc),
        wire(doc.field("sni").text()),
        wire(doc.field("method").text()),
        wire(doc.field("path").text()),
        wire(doc.field("host").text()),
        headers(doc.field("headers")),
        claims(doc.field("jwt")),
        answers,
        wanted(doc));
  }

  private static Peer peer(Doc doc) {
    IpAddress source = address(doc.field("sourceIp"));
    IpAddress remote = address(doc.field("remoteIp"));
    Doc port = doc.field("destPort");
    return new Peer(
        doc.field("principal").text(),
        source,
        remote == null ? source : remote,
        address(doc.field("destIp")),
        port.integer(0, 65535, 0));
  }

  private static @Nullable IpAddress address(Doc doc) {
    String text = doc.text();
    if (text == null) {
      return null;
    }
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, doc.path() + ": " + e.getMessage());
      return null;
    }
  }

  private static Map<String, List<String>> headers(Doc doc) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Doc header : doc.fields()) {
      List<String> lines = new ArrayList<>();
      for (Doc line : header.isList() ? header.list() : List.of(header)) {
        if (!line.present() || line.isMapping() || line.isList()) {
          line.error(
              Code.WRONG_TYPE,
              line.path() + " is not a header's value",
              "write text, \"\" for an empty one, or a list for several lines");
        }
        lines.add(wire(line.raw().strip()));
      }
      headers.put(wire(header.name()), lines);
    }
    return headers;
  }

  /** As the verifier of tokens hands them over: scope and permission are lists of words. */
  private static @Nullable Map<String, Object> claims(Doc doc) {
    if (!doc.present()) {
      return null;
    }
    Map<String, Object> claims = new LinkedHashMap<>();
    for (Doc claim : doc.fields()) {
      Object value = claim.plain();
      boolean words = claim.name().equals("scope") || claim.name().equals("permission");
      if (words && value instanceof String text) {
        claims.put(claim.name(), List.of(text.split(" ")));
      } else if (value != null) {
        claims.put(claim.name(), value);
      }
    }
    return claims;
  }

  private static Wanted wanted(Doc doc) {
    Doc outcome = doc.field("expect");
    String word = outcome.oneOf(List.of("allow", "deny"));
    if (word == null && !outcome.present()) {
      doc.error(Code.MISSING_FIELD, doc.path() + ".expect is required: allow or deny");
    }
    Map<String, String> shadow = new LinkedHashMap<>();
    for (Doc action : doc.field("expectShadow").only("allow", "deny", "custom").fields()) {
      shadow.put(action.name(), action.text(""));
    }
    return new Wanted(
        "allow".equals(word),
        doc.field("expectStatus").integer(100, 599, 0),
        doc.field("expectGrpcStatus").integer(0, 16, -1),
        doc.field("expectPolicy").text(),
        doc.field("expectForwardedPath").text(),
        shadow);
  }

  /** As a codec delivers it: one character a byte. */
  private static @Nullable String wire(@Nullable String text) {
    return text == null
        ? null
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
