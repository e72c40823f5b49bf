// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.waypoint.http1.RequestDecoder;
import io.waypoint.http1.RequestLimits;
import io.waypoint.proxy.scan.StrictReader.Seen;
import io.waypoint.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the scanner lets through, the decoder behind it must read in exactly that way. */
final class DifferentialTest {
  private static final int CONNECTIONS = 20_000;
  private static final int REQUESTS = 3;

  private final Random random = new Random(20261122);
  private final RequestGenerator generator = new RequestGenerator(random);
  private int refused;
  private int passed;

  @Test
  void theDecoderSeesWhatWasLetThrough() {
    for (int i = 0; i < CONNECTIONS; i++) {
      var input = new StringBuilder();
      boolean good = generator.chance(4);
      for (int request = 0; request < REQUESTS; request++) {
        boolean intact = good || generator.chance(2);
        input.append(intact ? generator.good() : generator.almost());
      }
      Scan scan = split(input.toString());
      if (good) {
        assertThat(scan.outcome().refusal()).isNull();
        assertThat(scan.outcome().released()).isEqualTo(input.toString());
        assertThat(StrictReader.read(input.toString())).hasSize(REQUESTS);
      }
      compare(scan);
      if (scan.outcome().refusal() == null) {
        passed++;
      } else {
        refused++;
      }
    }
    assertThat(refused).as("connections with a refusal").isGreaterThan(CONNECTIONS / 4);
    assertThat(passed).as("connections without").isGreaterThan(CONNECTIONS / 4);
  }

  @Test
  void survivesNoise() {
    String alphabet = "GET POST / HTTP/1.1\r\n\r\n\r\nHost: h\r\nContent-Length: 5\0\t;0123\u00e9";
    for (int i = 0; i < 20_000; i++) {
      var input = new StringBuilder(generator.chance(2) ? generator.good() : "");
      int length = random.nextInt(400);
      boolean wild = generator.chance(3);
      for (int j = 0; j < length; j++) {
        int at = random.nextInt(alphabet.length());
        input.append(wild ? (char) random.nextInt(256) : alphabet.charAt(at));
      }
      compare(split(input.toString()));
    }
  }

  @Test
  void holdsNoMoreThanAHeadOfEndlessNoise() {
    byte[] noise = new byte[1 << 17];
    for (String kept : List.of("a", "a: b\r\n", "\u00e9", ";", "G ", "\r\n")) {
      for (String start : List.of("", "GET / HTTP/1.1\r\n", "\r\n")) {
        for (int i = 0; i < noise.length; i++) {
          noise[i] = (byte) kept.charAt(i % kept.length());
        }
        var scan = new Scan().feed(start);
        for (int at = 0; at < noise.length; at += 1000) {
          scan.feed(noise, at, Math.min(noise.length, at + 1000));
        }
        assertThat(scan.outcome().refusal()).isNotNull();
        assertThat(scan.outcome().released()).isEmpty();
      }
    }
  }

  private Scan split(String input) {
    var scan = new Scan();
    byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; ) {
      int piece = generator.chance(3) ? 1 + random.nextInt(20) : bytes.length - at;
      int end = Math.min(bytes.length, at + piece);
      scan.feed(bytes, at, end);
      at = end;
    }
    return scan;
  }

  private static void compare(Scan scan) {
    String released = scan.outcome().released();
    List<Seen> strict = StrictReader.read(released);
    assertThat(ours(released.getBytes(StandardCharsets.ISO_8859_1), 1 << 20))
        .as(released)
        .isEqualTo(strict);
    Refusal refusal = scan.scanner.refusal();
    if (refusal == null || scan.scanner.insideMessage()) {
      assertThat(decode(scan.released().retain())).as(released).isEqualTo(strict);
      return;
    }
    // The request that stands in for the refused one is read as the next, whatever came before.
    ByteBuf standIn = RefusedRequest.encode(refusal);
    List<Seen> decoded = decode(Unpooled.wrappedBuffer(scan.released().retain(), standIn));
    Seen last = decoded.removeLast();
    assertThat(decoded).as(released).isEqualTo(strict);
    assertThat(RefusedRequest.decode(last.method(), last.target())).isEqualTo(refusal);
  }

  /** Without the scanner: whatever our decoder makes a request of, Netty's makes the same of. */
  @Test
  void bothDecodersReadTheSameInWhatBothAccept() {
    int compared = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
      var input = new StringBuilder();
      for (int request = 0; request < REQUESTS; request++) {
        input.append(generator.chance(2) ? generator.good() : generator.almost());
      }
      byte[] bytes = input.toString().getBytes(StandardCharsets.ISO_8859_1);
      List<Seen> ours = ours(bytes, bytes.length);
      assertThat(ours(bytes, 1)).as("byte by byte").isEqualTo(ours);
      assertThat(ours(bytes, 1 + random.nextInt(20))).as("in pieces").isEqualTo(ours);
      List<Seen> netty = decodeLeniently(bytes);
      int both = Math.min(netty.size(), ours.size());
      // The last one may have been broken off in its body.
      int whole = Math.max(0, both - 1);
      assertThat(netty.subList(0, whole)).as(input.toString()).isEqualTo(ours.subList(0, whole));
      if (both > 0) {
        assertThat(netty.get(whole).target()).isEqualTo(ours.get(whole).target());
      }
      compared += both;
    }
    assertThat(compared).isGreaterThan(CONNECTIONS);
  }

  private static List<Seen> ours(byte[] bytes, int piece) {
    var limits = ScanLimits.DEFAULTS;
    var decoder =
        new RequestDecoder(
            new RequestLimits(limits.requestLine(), limits.fields(), limits.fieldCount()));
    ByteBuf in = Unpooled.buffer();
    List<Seen> seen = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += piece) {
      in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
      boolean more = true;
      while (more) {
        switch (decoder.next(in)) {
          case HEAD -> seen.add(new Seen(decoder.method(), decoder.takeTarget(), 0));
          case PART -> {
            Seen last = seen.removeLast();
            long body = last.bodyBytes() + decoder.part();
            seen.add(new Seen(last.method(), last.target(), body));
            in.skipBytes(decoder.part());
            decoder.taken();
          }
          case END -> {}
          case MORE, BROKEN -> more = false;
        }
      }
    }
    in.release();
    return seen;
  }

  private static List<Seen> decodeLeniently(byte[] bytes) {
    var channel = new EmbeddedChannel(new HttpRequestDecoder(8192, 65536, 8192));
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    List<Seen> seen = new ArrayList<>();
    for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
      if (part.decoderResult().isSuccess() && part instanceof HttpRequest request) {
        seen.add(new Seen(request.method().name(), request.uri(), 0));
      }
      if (part instanceof HttpContent content && !seen.isEmpty()) {
        Seen last = seen.removeLast();
        long body = last.bodyBytes() + content.content().readableBytes();
        seen.add(new Seen(last.method(), last.target(), body));
      }
      ReferenceCountUtil.release(part);
    }
    channel.finishAndReleaseAll();
    return seen;
  }

  private static List<Seen> decode(ByteBuf bytes) {
    var configuration =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(ScanLimits.DEFAULTS.requestLine())
            .setMaxHeaderSize(ScanLimits.DEFAULTS.fields())
            .setMaxChunkSize(8192);
    var channel = new EmbeddedChannel(new HttpRequestDecoder(configuration));
    channel.writeInbound(bytes);
    List<Seen> seen = new ArrayList<>();
    for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
      assertThat(part.decoderResult().isSuccess()).as("%s", part.decoderResult()).isTrue();
      if (part instanceof HttpRequest request) {
        seen.add(new Seen(request.method().name(), request.uri(), 0));
      }
      if (part instanceof HttpContent content) {
        Seen last = seen.removeLast();
        long body = last.bodyBytes() + content.content().readableBytes();
        seen.add(new Seen(last.method(), last.target(), body));
      }
      ReferenceCountUtil.release(part);
    }
    channel.finishAndReleaseAll();
    return seen;
  }
}
