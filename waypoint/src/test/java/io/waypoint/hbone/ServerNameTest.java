// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.hbone.ServerName.Broken;
import io.waypoint.hbone.ServerName.Known;
import io.waypoint.hbone.ServerName.Undecided;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {
  private static final int RECORD = 5;

  /** What a client of the JDK sends first. */
  private static byte[] hello(String... names) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(
        Arrays.stream(names).<javax.net.ssl.SNIServerName>map(SNIHostName::new).toList());
    engine.setSSLParameters(parameters);
    ByteBuffer sent = ByteBuffer.allocate(32 * 1024);
    engine.wrap(ByteBuffer.allocate(0), sent);
    return Arrays.copyOf(sent.array(), sent.position());
  }

  private static ServerName read(byte[] bytes) {
    return ServerName.read(bytes, bytes.length);
  }

  /** The same hello in records of so many bytes. */
  private static byte[] inRecords(byte[] hello, int size) {
    int body = hello.length - RECORD;
    ByteBuffer cut = ByteBuffer.allocate(body + RECORD * (body / size + 1));
    for (int at = RECORD; at < hello.length; at += size) {
      int part = Math.min(size, hello.length - at);
      cut.put(hello, 0, 3).putShort((short) part).put(hello, at, part);
    }
    return Arrays.copyOf(cut.array(), cut.position());
  }

  @Test
  void isTheNameOfTheHelloInLowerCase() throws Exception {
    assertThat(read(hello("Shop.Example.COM"))).isEqualTo(new Known("shop.example.com"));
    assertThat(read(hello())).isEqualTo(new Known(null));
  }

  @Test
  void isUndecidedUntilTheLastByte() throws Exception {
    byte[] hello = hello("shop.example.com");
    for (int count = 1; count < hello.length; count++) {
      assertThat(ServerName.read(hello, count)).as("%d", count).isInstanceOf(Undecided.class);
    }
    assertThat(ServerName.read(hello, 0)).isInstanceOf(Undecided.class);
    byte[] more = Arrays.copyOf(hello, hello.length + 50);
    assertThat(read(more)).isEqualTo(new Known("shop.example.com"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void isFoundInManyRecords(int size) throws Exception {
    byte[] cut = inRecords(hello("shop.example.com"), size);
    assertThat(read(cut)).isEqualTo(new Known("shop.example.com"));
    assertThat(ServerName.read(cut, cut.length - 1)).isInstanceOf(Undecided.class);
  }

  /** Whoever sends the longest hello byte by byte, and each in a record, has it read rarely. */
  @Test
  void tellsWhenReadingAgainIsWorthIt() throws Exception {
    byte[] hello = hello("shop.example.com");
    byte[] longest = new byte[ServerName.LONGEST];
    byte[] head = {22, 3, 1, 64, 0, 1, 0, 60};
    System.arraycopy(head, 0, longest, 0, head.length);
    for (byte[] whole : List.of(hello, inRecords(hello, 1), inRecords(longest, 1))) {
      int reads = 0;
      int enough = 1;
      ServerName found = new Undecided(1);
      for (int count = 1; count <= Math.min(whole.length, ServerName.LONGEST); count++) {
        if (count >= enough && found instanceof Undecided) {
          reads++;
          found = ServerName.read(whole, count);
          enough = found instanceof Undecided(int more) ? more : enough;
        }
      }
      assertThat(reads).isLessThan(100);
      assertThat(found)
          .isEqualTo(whole.length > ServerName.LONGEST ? ServerName.BROKEN : read(whole));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\n", "SSH-2.0-x", "\u0016\u0002\u0001\u0000\u0005", "\u0000"})
  void whatIsNoTlsHasNoName(String bytes) {
    assertThat(read(bytes.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(new Known(null));
  }

  /** Whoever writes the name badly has none that could be judged, and does not get through. */
  @Test
  void whatIsCutShortOrSaidTwiceIsBroken() throws Exception {
    byte[] hello = hello("shop.example.com");
    int at = indexOf(hello, "shop.example.com");
    for (int[] change :
        List.of(
            new int[] {at + 3, 0},
            new int[] {at + 3, 0xe9},
            new int[] {at - 1, 200},
            new int[] {at - 1, 3},
            new int[] {at - 3, 1},
            new int[] {at - 4, 1},
            new int[] {RECORD, 2},
            new int[] {RECORD + 6 + 32, 33})) {
      byte[] changed = hello.clone();
      changed[change[0]] = (byte) change[1];
      assertThat(read(changed)).as("%d", change[0] - at).isInstanceOf(Broken.class);
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void aHelloWithoutEndIsBroken() {
    byte[] endless = new byte[ServerName.LONGEST];
    byte[] head = {22, 3, 1, 64, 0, 1, 0, 63, (byte) 0xf0};
    System.arraycopy(head, 0, endless, 0, head.length);
    assertThat(ServerName.read(endless, 100)).isInstanceOf(Undecided.class);
    assertThat(read(endless)).isInstanceOf(Broken.class);
    byte[] empty = {22, 3, 1, 0, 0};
    assertThat(read(empty)).isInstanceOf(Broken.class);
  }

  @Test
  void tellsOfAnyBytesWithoutFailing() throws Exception {
    var random = new Random(4);
    byte[] hello = hello("shop.example.com");
    for (int i = 0; i < 200_000; i++) {
      byte[] changed = hello.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      assertThat(ServerName.read(changed, random.nextInt(changed.length + 1))).isNotNull();
    }
  }
}
