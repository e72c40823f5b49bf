// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocksDialogueTest {
  private static final Hop.Tunnel WAYPOINT =
      new Hop.Tunnel(
          InetSocketAddress.createUnresolved("127.0.0.1", 15008),
          "spiffe://cluster.local/ns/default/sa/waypoint",
          "240.240.1.1:9080");
  private static final String GREETING = "05020002";
  private static final String SLEEP = user("sleep.default");
  private static final String TO_PRODUCTPAGE = connect("productpage", 9080);

  private final List<String> reasons = new ArrayList<>();
  private final List<String> found = new ArrayList<>();
  private final Promise<Channel> dialled = ImmediateEventExecutor.INSTANCE.newPromise();
  private final EmbeddedChannel tunnel = new EmbeddedChannel();
  private final EmbeddedChannel client =
      new EmbeddedChannel(
          new FirstByte(
              () ->
                  new SocksDialogue(
                      new TrustDomain("cluster.local"), this::find, this::dial, reasons::add),
              channel -> dialled,
              reasons::add));

  private Hop find(SpiffeId caller, String host, int port) {
    found.add(caller.uri() + " -> " + host + ":" + port);
    return host.equals("nobody") ? new Hop.Nowhere("no such service") : WAYPOINT;
  }

  private Future<Channel> dial(io.netty.channel.EventLoop loop, SpiffeId caller, Hop.Tunnel hop) {
    return dialled;
  }

  @AfterEach
  void nothingIsLeftOver() {
    client.finishAndReleaseAll();
    tunnel.finishAndReleaseAll();
  }

  @Test
  void userNameBecomesTheIdentityAndBytesFlowBothWays() {
    dialled.setSuccess(tunnel);

    assertThat(say(GREETING)).isEqualTo("0502");
    assertThat(say(SLEEP)).isEqualTo("0100");
    assertThat(say(TO_PRODUCTPAGE)).isEqualTo("05000001000000000000");
    client.writeInbound(text("GET / HTTP/1.1\r\n\r\n"));
    tunnel.writeInbound(text("HTTP/1.1 200 OK\r\n\r\n"));

    assertThat(found)
        .containsExactly("spiffe://cluster.local/ns/default/sa/sleep -> productpage:9080");
    assertThat(text(tunnel)).isEqualTo("GET / HTTP/1.1\r\n\r\n");
    assertThat(text(client)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
    assertThat(reasons).isEmpty();
  }

  @Test
  void everyByteMayComeAlone() {
    dialled.setSuccess(tunnel);

    StringBuilder answers = new StringBuilder();
    for (byte single : HexFormat.of().parseHex(GREETING + SLEEP + TO_PRODUCTPAGE)) {
      answers.append(say(HexFormat.of().toHexDigits(single)));
    }

    assertThat(answers).hasToString("0502" + "0100" + "05000001000000000000");
  }

  @Test
  void everythingMayComeAtOnceAndEarlyBytesWaitForTheTunnel() {
    String early = HexFormat.of().formatHex("early".getBytes(US_ASCII));

    say(GREETING + SLEEP + TO_PRODUCTPAGE + early);
    assertThat(tunnel.<ByteBuf>readOutbound()).isNull();
    assertThat(client.config().isAutoRead()).isFalse();
    dialled.setSuccess(tunnel);

    assertThat(text(tunnel)).isEqualTo("early");
    assertThat(client.config().isAutoRead()).isTrue();
  }

  @Test
  void literalAddressesAreTargetsToo() {
    dialled.setSuccess(tunnel);

    say(GREETING + SLEEP + "0501000100000000".replace("00000000", "f0f00101") + "2378");

    assertThat(found)
        .containsExactly("spiffe://cluster.local/ns/default/sa/sleep -> 240.240.1.1:9080");
  }

  @ParameterizedTest
  @ValueSource(strings = {"050100", "050101", "05020001"})
  void clientWithoutUserNameIsRefusedWithAHint(String greeting) {
    assertThat(say(greeting)).isEqualTo("05ff");
    assertThat(client.isActive()).isFalse();
    assertThat(reasons).singleElement().asString().contains("socks5h://sleep.default@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sleep", ".default", "sleep.", "sleep.Default", "a/b.c", "sleep.ns%2f", ""})
  void userNameThatIsNoIdentityIsRefused(String name) {
    say(GREETING);

    assertThat(say(user(name))).startsWith("01").isNotEqualTo("0100");
    assertThat(client.isActive()).isFalse();
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "02, BIND",
    "03, UDP ASSOCIATE",
    "7f, a command that does not exist",
  })
  void onlyConnectIsServed(String command, String name) {
    say(GREETING + SLEEP);
    client.outboundMessages().clear();

    assertThat(say("05" + command + "0001f0f001012378")).as(name).startsWith("0507");
    assertThat(client.isActive()).isFalse();
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"04010050", "00", "7f454c46", "160301", "01"})
  void otherVersionsAndOtherProtocolsAreClosedAtOnce(String bytes) {
    assertThat(say(bytes)).isEmpty();
    assertThat(client.isActive()).isFalse();
    assertThat(reasons).hasSize(1);
  }

  @Test
  void versionThatChangesOnTheWayIsRefused() {
    say(GREETING);

    say("05" + SLEEP.substring(2));

    assertThat(client.isActive()).isFalse();
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0501000509", "050100ff", "06010001f0f001012378"})
  void malformedCommandIsRefused(String command) {
    say(GREETING + SLEEP);

    say(command + "00".repeat(20));

    assertThat(client.isActive()).isFalse();
    assertThat(found).isEmpty();
  }

  @Test
  void portZeroAndAnEmptyNameAreRefused() {
    say(GREETING + SLEEP);

    say(connect("productpage", 0));

    assertThat(client.isActive()).isFalse();
    assertThat(found).isEmpty();
  }

  @Test
  void unknownServiceIsUnreachable() {
    say(GREETING + SLEEP);

    assertThat(say(connect("nobody", 80))).startsWith("0504");
    assertThat(client.isActive()).isFalse();
    assertThat(reasons).containsExactly("no such service");
  }

  @Test
  void tunnelThatIsRefusedRefusesTheConnection() {
    say(GREETING + SLEEP + TO_PRODUCTPAGE);
    client.outboundMessages().clear();

    dialled.setFailure(new IllegalStateException("503"));

    assertThat(hex(client)).startsWith("0505");
    assertThat(client.isActive()).isFalse();
  }

  @Test
  void clientThatLeavesWhileItsTunnelIsOpenedLeavesNoTunnelBehind() {
    say(GREETING + SLEEP + TO_PRODUCTPAGE);

    client.close();
    dialled.setSuccess(tunnel);

    assertThat(tunnel.isActive()).isFalse();
  }

  @Test
  void halfAGreetingIsNotWaitedForForever() {
    say("0503");

    client.advanceTimeBy(FirstByte.PATIENCE_SECONDS, TimeUnit.SECONDS);
    client.runScheduledPendingTasks();

    assertThat(client.isActive()).isFalse();
  }

  @Test
  void relayOutlivesThePatience() {
    dialled.setSuccess(tunnel);
    say(GREETING + SLEEP + TO_PRODUCTPAGE);

    client.advanceTimeBy(2 * FirstByte.PATIENCE_SECONDS, TimeUnit.SECONDS);
    client.runScheduledPendingTasks();

    assertThat(client.isActive()).isTrue();
  }

  @Test
  void plainHttpGoesToTheHttpFront() {
    client.writeInbound(text("GET /productpage HTTP/1.1\r\n"));
    dialled.setSuccess(tunnel);

    assertThat(text(tunnel)).isEqualTo("GET /productpage HTTP/1.1\r\n");
  }

  private String say(String hex) {
    client.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    return hex(client);
  }

  private static String user(String name) {
    return "01"
        + HexFormat.of().toHexDigits((byte) name.length())
        + HexFormat.of().formatHex(name.getBytes(US_ASCII))
        + "00";
  }

  private static String connect(String host, int port) {
    return "05010003"
        + HexFormat.of().toHexDigits((byte) host.length())
        + HexFormat.of().formatHex(host.getBytes(US_ASCII))
        + HexFormat.of().toHexDigits((short) port);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private static String text(EmbeddedChannel channel) {
    return new String(HexFormat.of().parseHex(hex(channel)), US_ASCII);
  }

  private static String hex(EmbeddedChannel channel) {
    StringBuilder all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(ByteBufUtil.hexDump(out));
      out.release();
    }
    return all.toString();
  }
}
