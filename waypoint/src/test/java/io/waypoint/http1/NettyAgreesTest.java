// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where Netty's decoder and ours both take an answer, they have read the same. */
class NettyAgreesTest {
  private static final int ROUNDS = 40_000;

  private static final List<String> PIECES =
      List.of(
          "\r\n",
          "\n",
          "\r",
          " ",
          "\t",
          ":",
          ",",
          ";",
          "0",
          "1",
          "5",
          "a",
          "\0",
          "\u00e9",
          "Content-Length: 3\r\n",
          "Transfer-Encoding: chunked\r\n",
          "HTTP/1.1 ",
          "Connection: close\r\n");

  private final Random random = new Random(20260202);

  @Test
  void whatBothTakeTheyReadAlike() {
    int both = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String bytes = answer();
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        bytes = changed(bytes);
      }
      Recorded ours = Recorded.of(bytes, false, split(bytes));
      String theirs = ours.isWhole() && !framesInTrailers(ours) ? netty(bytes) : null;
      if (theirs != null) {
        both++;
        assertThat(ours).as(bytes).hasToString(theirs);
      } else {
        refused++;
      }
    }
    assertThat(both).isGreaterThan(ROUNDS / 4);
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  /** Netty drops these; ours keeps them, for {@code HopByHop.mayTrail} to judge. */
  private static boolean framesInTrailers(Recorded ours) {
    String text = ours.toString();
    String trailers = text.substring(text.lastIndexOf('}') + 1).toLowerCase(Locale.ROOT);
    return trailers.contains("content-length=") || trailers.contains("transfer-encoding=");
  }

  private int[] split(String bytes) {
    return bytes.isEmpty() ? new int[0] : new int[] {random.nextInt(bytes.length())};
  }

  private String answer() {
    var text = new StringBuilder();
    if (random.nextInt(10) == 0) {
      text.append("HTTP/1.1 100 Continue\r\n\r\n");
    }
    text.append(random.nextInt(5) == 0 ? "HTTP/1.0 " : "HTTP/1.1 ");
    text.append(List.of(200, 204, 304, 404, 503).get(random.nextInt(5))).append(" Some Reason\r\n");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("X-").append(random.nextInt(3)).append(": ").append(word()).append("\r\n");
    }
    String body = word();
    switch (random.nextInt(3)) {
      case 0 ->
          text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      case 1 -> {
        text.append("Transfer-Encoding: chunked\r\n\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
          String chunk = word() + "x";
          text.append(Integer.toHexString(chunk.length()));
          text.append(random.nextBoolean() ? ";a=b\r\n" : "\r\n").append(chunk).append("\r\n");
        }
        text.append(random.nextBoolean() ? "0\r\n\r\n" : "0\r\nX-Sum: " + word() + "\r\n\r\n");
      }
      default -> text.append("\r\n").append(body);
    }
    return text.toString();
  }

  private String word() {
    var text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private String changed(String bytes) {
    int at = random.nextInt(bytes.length());
    String piece = PIECES.get(random.nextInt(PIECES.size()));
    return switch (random.nextInt(3)) {
      case 0 -> bytes.substring(0, at) + bytes.substring(at + 1);
      case 1 -> bytes.substring(0, at) + piece + bytes.substring(at);
      default -> bytes.substring(0, at) + piece + bytes.substring(at + 1);
    };
  }

  /** In the words of {@link Recorded}; null when it refuses, or does not come to an end. */
  private static @Nullable String netty(String bytes) {
    var channel = new EmbeddedChannel(new HttpResponseDecoder());
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    channel.finish();
    List<String> answers = new ArrayList<>();
    var text = new StringBuilder();
    boolean good = true;
    boolean open = false;
    int status = 0;
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      good &= next instanceof HttpObject object && object.decoderResult().isSuccess();
      if (next instanceof HttpResponse response) {
        status = response.status().code();
        text.append(status);
        text.append(response.protocolVersion().equals(HttpVersion.HTTP_1_0) ? " (1.0) " : " ");
        text.append(fields(response.headers().entries()));
        text.append(status == 100 || status == 103 ? "" : " {");
        open = true;
      }
      if (next instanceof HttpContent content) {
        text.append(content.content().toString(StandardCharsets.ISO_8859_1));
      }
      if (next instanceof LastHttpContent last) {
        text.append(status == 100 || status == 103 ? "" : "}");
        var trailers = last.trailingHeaders().entries();
        text.append(trailers.isEmpty() ? "" : fields(trailers));
        answers.add(text.toString());
        text.setLength(0);
        open = false;
      }
      ReferenceCountUtil.release(next);
    }
    return good && !open && !answers.isEmpty() ? String.join("\n", answers) : null;
  }

  private static String fields(List<Map.Entry<String, String>> entries) {
    List<Map.Entry<String, String>> copy = new ArrayList<>();
    for (Map.Entry<String, String> entry : entries) {
      copy.add(Map.entry(entry.getKey(), entry.getValue()));
    }
    return copy.toString();
  }
}
