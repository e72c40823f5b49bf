// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.waypoint.wire.extauthz.AttributeContext;
import io.waypoint.wire.extauthz.CheckRequest;
import io.waypoint.wire.extauthz.Peer;
import io.waypoint.wire.extauthz.PeerAddress;
import io.waypoint.wire.extauthz.PeerSocket;
import io.waypoint.wire.extauthz.Request;
import io.waypoint.wire.extauthz.RequestHttp;
import io.waypoint.world.FieldSet;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A question as a message. Bytes that are no UTF-8 become replacement characters: a value that
 * cannot be sent must not keep the question from being asked (CVE-2023-27488, CVE-2024-23324).
 */
final class CheckMessage {
  private CheckMessage() {}

  /**
   * @param shown the fields that are shown; none for all
   * @param asBytes whether the body is packed as bytes
   */
  static CheckRequest of(Question question, FieldSet shown, boolean asBytes) {
    Question.Parties parties = question.parties();
    var attributes =
        AttributeContext.newBuilder()
            .setSource(
                peer(parties.caller().getAddress().getHostAddress(), parties.caller().getPort())
                    .setPrincipal(parties.principal()))
            .setDestination(peer(parties.host(), parties.port()));
    Question.Head head = question.head();
    if (head != null) {
      attributes.setRequest(request(head, question.millis(), shown, asBytes));
    }
    return CheckRequest.newBuilder().setAttributes(attributes).build();
  }

  private static Peer.Builder peer(String address, int port) {
    return Peer.newBuilder()
        .setAddress(
            PeerAddress.newBuilder()
                .setSocketAddress(PeerSocket.newBuilder().setAddress(address).setPortValue(port)));
  }

  private static Request request(Question.Head head, long millis, FieldSet shown, boolean asBytes) {
    var http =
        RequestHttp.newBuilder()
            .setId(text(head.id()))
            .setMethod(text(head.method()))
            .setPath(text(head.target()))
            .setHost(text(head.authority()))
            .setScheme(head.scheme())
            .setSize(head.size())
            .setProtocol(head.http2() ? "HTTP/2" : "HTTP/1.1")
            .putAllHeaders(headers(head, shown));
    if (head.body() != null && asBytes) {
      http.setRawBody(ByteString.copyFrom(head.body().getBytes()));
    } else if (head.body() != null) {
      http.setBody(head.body().toString(StandardCharsets.UTF_8));
    }
    return Request.newBuilder()
        .setTime(
            Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(millis, 1_000L))
                .setNanos((int) Math.floorMod(millis, 1_000L) * 1_000_000))
        .setHttp(http)
        .build();
  }

  /** Every line counts: those of one name are joined (CVE-2021-32777). */
  private static Map<String, String> headers(Question.Head head, FieldSet shown) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":authority", text(head.authority()));
    headers.put(":method", text(head.method()));
    headers.put(":path", text(head.target()));
    headers.put(":scheme", head.scheme());
    for (Map.Entry<String, String> field : head.headers()) {
      if (!shown.patterns().isEmpty() && !shown.contains(field.getKey())) {
        continue;
      }
      headers.merge(
          field.getKey().toLowerCase(Locale.ROOT),
          text(field.getValue()),
          (before, line) -> before + "," + line);
    }
    if (head.partial()) {
      headers.put("x-envoy-auth-partial-body", "true");
    }
    return headers;
  }

  private static String text(String wire) {
    return new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
