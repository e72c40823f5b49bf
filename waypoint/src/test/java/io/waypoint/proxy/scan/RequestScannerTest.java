// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.Unpooled;
import io.waypoint.proxy.scan.Attacks.Attack;
import io.waypoint.refusal.Refusal;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestScannerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String WEBSOCKET =
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n";

  private static List<Attack> attacks() {
    return Attacks.all();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void judgesEachRow(Attack attack) {
    Scan.Outcome outcome = Scan.of(attack.input());
    assertThat(outcome.refusal()).isEqualTo(attack.refusal());
    if (attack.refusal() == null) {
      assertThat(outcome.released()).isEqualTo(attack.input());
      assertThat(outcome.headPending()).isFalse();
    } else {
      assertThat(attack.refusal().status()).isBetween(400, 505);
      int headEnd = attack.input().indexOf("\r\n\r\n") + 4;
      String released = outcome.released();
      assertThat(outcome.insideMessage()).isEqualTo(!released.isEmpty());
      assertThat(released.isEmpty() || released.length() >= headEnd).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void judgesEachRowTheSameWhereverItIsSplit(Attack attack) {
    byte[] bytes = attack.input().getBytes(StandardCharsets.ISO_8859_1);
    Scan.Outcome whole = Scan.of(attack.input());
    var byteByByte = new Scan();
    for (int split = 0; split < bytes.length; split++) {
      byteByByte.feed(bytes, split, split + 1);
      if (isWorthwhile(split, bytes.length)) {
        var scan = new Scan();
        scan.feed(bytes, 0, split);
        scan.feed(bytes, split, bytes.length);
        assertThat(scan.outcome()).isEqualTo(whole);
      }
    }
    assertThat(byteByByte.outcome()).isEqualTo(whole);
  }

  /** Every place, but not in the middle of what is only long. */
  private static boolean isWorthwhile(int split, int length) {
    return split < 2000 || split > length - 200 || split % 499 == 0;
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void judgesEachRowTheSameBehindOtherRequests(Attack attack) {
    String before = GET + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + GET;
    Scan.Outcome alone = Scan.of(attack.input());
    Scan.Outcome behind = Scan.of(before + attack.input());
    assertThat(behind.refusal()).isEqualTo(attack.refusal());
    assertThat(behind.released()).isEqualTo(before + alone.released());
  }

  @Test
  void letsAHundredPipelinedThroughAndStopsAtTheBadOne() {
    Scan.Outcome outcome = Scan.of(GET.repeat(100) + "GET / HTTP/1.1\r\n\r\n" + GET);
    assertThat(outcome.released()).isEqualTo(GET.repeat(100));
    assertThat(outcome.refusal()).isEqualTo(Refusal.REQUEST_AUTHORITY);
    assertThat(outcome.insideMessage()).isFalse();
  }

  @Test
  void letsNothingThroughAfterARefusal() {
    var scan = new Scan().feed(GET + "nonsense\r\n");
    assertThat(scan.outcome().refusal()).isEqualTo(Refusal.REQUEST_LINE);
    scan.feed(GET);
    assertThat(scan.outcome().released()).isEqualTo(GET);
  }

  @Test
  void holdsAHeadUntilItIsWhole() {
    var scan = new Scan().feed("GET / HTTP/1.1\r\nHost: h\r\n\r");
    assertThat(scan.outcome().released()).isEmpty();
    assertThat(scan.feed("\n").outcome().released()).isEqualTo(GET);
  }

  @Test
  void letsABodyThroughAsItComes() {
    var scan = new Scan().feed("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\na");
    assertThat(scan.heldBytes()).isZero();
    scan.feed("\r\n");
    assertThat(scan.heldBytes()).isZero();
    scan.feed("d" + GET);
    assertThat(scan.outcome().released()).endsWith("\r\n\r\na\r\nd" + GET);
    assertThat(scan.outcome().refusal()).isNull();
  }

  @Test
  void letsChunksThroughAsTheyComeButHoldsTheirEnd() {
    var scan = new Scan();
    scan.feed("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    assertThat(scan.heldBytes()).isZero();
    scan.feed("cde\r\n0\r\nx-sum: 1\r\n");
    assertThat(scan.heldBytes()).isEqualTo("0\r\nx-sum: 1\r\n".length());
    scan.feed("\r\n");
    assertThat(scan.heldBytes()).isZero();
  }

  @Test
  void saysWhetherAHeadIsPending() {
    var scan = new Scan();
    assertThat(scan.scanner.headPending()).isFalse();
    assertThat(scan.feed("\r\n").scanner.headPending()).isFalse();
    assertThat(scan.feed("G").scanner.headPending()).isTrue();
    assertThat(scan.feed("ET / HTTP/1.1\r\n").scanner.headPending()).isTrue();
    assertThat(scan.feed("Host: h\r\nContent-Length: 1\r\n\r").scanner.headPending()).isTrue();
    assertThat(scan.feed("\n").scanner.headPending()).isFalse();
    assertThat(scan.feed("x").scanner.headPending()).isFalse();
    assertThat(scan.feed("G").scanner.headPending()).isTrue();
  }

  @Test
  void holdsWhatFollowsAnUpgradeUntilItIsAccepted() {
    var scan = new Scan().feed(WEBSOCKET + "\0early");
    assertThat(scan.scanner.upgradePending()).isTrue();
    assertThat(scan.outcome().released()).isEqualTo(WEBSOCKET);
    scan.scanner.opaque();
    scan.feed("");
    scan.feed("\0\r\n\r\nlate");
    assertThat(scan.outcome().released()).isEqualTo(WEBSOCKET + "\0early\0\r\n\r\nlate");
    assertThat(scan.outcome().refusal()).isNull();
  }

  @Test
  void readsOnAfterADeclinedUpgrade() {
    var scan = new Scan().feed(WEBSOCKET + GET);
    scan.scanner.declined();
    assertThat(scan.feed("").outcome().released()).isEqualTo(WEBSOCKET + GET);
    scan.feed(WEBSOCKET + "\0smuggled");
    scan.scanner.declined();
    assertThat(scan.feed("").outcome().refusal()).isEqualTo(Refusal.REQUEST_LINE);
    assertThat(scan.outcome().released()).isEqualTo(WEBSOCKET + GET + WEBSOCKET);
  }

  @Test
  void takesOnlyARealHandshakeForAnUpgrade() {
    String fields = "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    for (String line : List.of("POST / HTTP/1.1", "GET / HTTP/1.0", "HEAD / HTTP/1.1")) {
      var scan = new Scan().feed(line + "\r\nHost: h\r\n" + fields);
      assertThat(scan.outcome().refusal()).isNull();
      assertThat(scan.scanner.upgradePending()).isFalse();
    }
    var unlisted = new Scan().feed("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n");
    assertThat(unlisted.scanner.upgradePending()).isFalse();
  }

  @Test
  void allocatesNothingForARequest() {
    String post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok";
    var bytes = Unpooled.wrappedBuffer((GET + post).getBytes(US_ASCII));
    var scanner = new RequestScanner(ScanLimits.DEFAULTS);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        if (scanner.feed(bytes) != bytes.readableBytes()) {
          throw new AssertionError(scanner.refusal());
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(rounds);
  }

  @Test
  void theRequestInPlaceOfARefusedOneComesBackAsTheRefusal() {
    for (Refusal refusal : Refusal.values()) {
      var encoded = RefusedRequest.encode(refusal);
      String text = encoded.toString(StandardCharsets.US_ASCII);
      encoded.release();
      String[] line = text.split(" ", 3);
      assertThat(RefusedRequest.decode(line[0], line[1])).isEqualTo(refusal);
      assertThat(Scan.of(text).refusal()).isEqualTo(Refusal.REQUEST_METHOD_NOT_SERVED);
    }
    assertThat(RefusedRequest.decode("GET", "/REQUEST_LINE")).isNull();
    assertThat(RefusedRequest.decode("WAYPOINT-REFUSED", "/x"))
        .isEqualTo(Refusal.REQUEST_METHOD_NOT_SERVED);
  }
}
