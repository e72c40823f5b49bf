// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our side as the client, against a server that does what a test tells it. */
final class OutboundPoolTest {
  private static final Predicate<RawFrame> ANY_CONNECT = frame -> frame.type() == RawFrame.HEADERS;

  private final HboneRig rig =
      new HboneRig(
          HboneSettings.DEFAULT
              .withAnswerTimeout(Duration.ofSeconds(2))
              .withPool(Duration.ofMillis(400), 100),
          1);
  private final RawTls.Listener listener = new RawTls.Listener(rig.ca.issue(HboneRig.WAYPOINT));
  private final NetClient client =
      rig.clientVertx.createNetClient(new NetClientOptions().setConnectTimeout(3_000));

  @AfterEach
  void close() {
    listener.close();
    rig.close();
  }

  private Future<NetSocket> dial(String authority) {
    return client.connect(listener.workload(authority));
  }

  private static void answer(RawPeer server, RawFrame connect, String status, int flags) {
    server.headers(connect.stream(), flags, ":status", status);
  }

  private static RawFrame accept(RawPeer server) {
    RawFrame connect = server.take(ANY_CONNECT);
    answer(server, connect, "200", 0);
    return connect;
  }

  @Test
  void aConnectHasMethodAndAuthorityAndTheTunnelCarriesBytes() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      RawFrame connect = accept(server);
      assertThat(connect.headers().method()).hasToString("CONNECT");
      assertThat(connect.headers().authority()).hasToString("10.0.0.7:9080");
      assertThat(connect.headers().size()).isEqualTo(2);

      await(await(dialled).write("question"));
      assertThat(server.take(RawFrame.DATA, connect.stream()).text()).isEqualTo("question");
    }
  }

  @Test
  void informationalAnswersAreSkipped() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      RawFrame connect = server.take(ANY_CONNECT);
      answer(server, connect, "100", 0);
      answer(server, connect, "103", 0);
      server.barrier();
      assertThat(dialled.isComplete()).isFalse();
      answer(server, connect, "200", 0);
      await(dialled);
    }
  }

  @Test
  void everyOtherStatusFailsTheDialAndKeepsTheConnection() {
    Future<NetSocket> dialled = dial("first:1");
    try (RawPeer server = listener.accept().handshake()) {
      for (String status : List.of("204", "300", "400", "401", "403", "404", "503", "999")) {
        RawFrame connect = server.take(ANY_CONNECT);
        answer(server, connect, status, RawFrame.END_STREAM);
        Future<NetSocket> failed = dialled;
        assertThatThrownBy(() -> await(failed)).hasMessageContaining("answered " + status);
        dialled = dial("next:1");
      }
      accept(server);
      await(dialled);
    }
    assertThat(rig.clientLog.opened).hasValue(1);
  }

  @Test
  void answersThatAreNoneFailTheDial() {
    List<String[]> answers =
        List.of(
            new String[] {"x", "y"},
            new String[] {":status", ""},
            new String[] {":status", "200", ":status", "404"},
            new String[] {":method", "CONNECT", ":status", "200"});
    for (String[] fields : answers) {
      Future<NetSocket> dialled = dial("10.0.0.7:9080");
      try (RawPeer server = listener.accept().handshake()) {
        RawFrame connect = server.take(ANY_CONNECT);
        server.headers(connect.stream(), 0, fields);
        server.take(RawFrame.RST_STREAM, connect.stream());
      }
      assertThatThrownBy(() -> await(dialled)).as(fields[0]).isNotNull();
    }
  }

  @Test
  void anAnswerThatNeverComesFailsTheDialAndGivesTheStreamBack() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      RawFrame connect = server.take(ANY_CONNECT);
      assertThatThrownBy(() -> await(dialled))
          .hasMessageContaining(Refusal.CONNECT_TIMEOUT.message());
      assertThat(server.take(RawFrame.RST_STREAM, connect.stream()).number(0))
          .isEqualTo(RawFrame.CANCEL);
    }
  }

  @Test
  void theStreamsThatThePeerAdmitsAreRespectedAndAnotherConnectionOpened() {
    List<Future<NetSocket>> dialled = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      dialled.add(dial("10.0.0.7:9080"));
    }
    List<RawPeer> servers = new ArrayList<>();
    for (int connection = 0; connection < 3; connection++) {
      RawPeer server = listener.accept().handshake(RawFrame.MAX_CONCURRENT_STREAMS, 2);
      servers.add(server);
      for (int i = 0; i < (connection < 2 ? 2 : 1); i++) {
        accept(server);
      }
    }
    dialled.forEach(HboneRig::await);
    for (RawPeer server : servers) {
      server.barrier();
      assertThat(server.arrived(ANY_CONNECT)).isEmpty();
      server.close();
    }
  }

  @Test
  void aPeerThatAdmitsNoStreamsIsNotDialledAgainAndIsUsedWhenItDoes() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake(RawFrame.MAX_CONCURRENT_STREAMS, 0)) {
      server.barrier();
      assertThat(rig.clientLog.opened).hasValue(1);
      server.settings(RawFrame.MAX_CONCURRENT_STREAMS, 1);
      accept(server);
      await(dialled);
    }
    assertThat(rig.clientLog.opened).hasValue(1);
  }

  @Test
  void aRefusedStreamIsRetriedOnAnotherConnection() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer first = listener.accept().handshake()) {
      first.reset(first.take(ANY_CONNECT).stream(), RawFrame.REFUSED_STREAM);
      try (RawPeer second = listener.accept().handshake()) {
        accept(second);
        await(dialled);
      }
      assertThat(first.arrived(ANY_CONNECT)).isEmpty();
    }
  }

  @Test
  void aConnectionThatDiesBeforeTheAnswerIsReplaced() {
    Future<NetSocket> first = dial("first:1");
    RawPeer dying = listener.accept().handshake();
    accept(dying);
    NetSocket cut = await(first);
    Future<NetSocket> second = dial("second:1");
    dying.take(ANY_CONNECT);
    dying.close();
    try (RawPeer server = listener.accept().handshake()) {
      assertThat(accept(server).headers().authority()).hasToString("second:1");
      await(second);
    }
    eventually("the open tunnel has failed", () -> rig.clientLog.openTunnels.get() <= 1);
    cut.close();
  }

  @Test
  void aServerThatKeepsDyingIsGivenUp() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    for (int i = 0; i < 3; i++) {
      RawPeer server = listener.accept().handshake();
      server.take(ANY_CONNECT);
      server.close();
    }
    assertThatThrownBy(() -> await(dialled))
        .hasMessageContaining(Refusal.CONNECT_UNREACHABLE.message());
  }

  @Test
  void onlyThePeersSettingsMakeAConnectionReady() throws IOException {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    SSLSocket refusing = listener.acceptSocket();
    refusing.close();

    assertThatThrownBy(() -> await(dialled)).hasMessageContaining("closed before its SETTINGS");
    Future<NetSocket> again = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      accept(server);
      await(again);
    }
  }

  @Test
  void aFullConnectionAndARefusedPortEndInAFailureAndNotInALoop() {
    Future<NetSocket> first = dial("first:1");
    try (RawPeer server = listener.accept().handshake(RawFrame.MAX_CONCURRENT_STREAMS, 1)) {
      accept(server);
      await(first);
      listener.close();
      assertThatThrownBy(() -> await(dial("second:1")))
          .hasMessageContaining(Refusal.CONNECT_UNREACHABLE.message());
      assertThat(server.hasEnded()).isFalse();
    }
  }

  @Test
  void aGoAwayMovesNewTunnelsElsewhereAndLetsOldOnesEnd() {
    Future<NetSocket> first = dial("first:1");
    try (RawPeer leaving = listener.accept().handshake()) {
      RawFrame connect = accept(leaving);
      NetSocket old = await(first);
      leaving.goAway(Integer.MAX_VALUE, RawFrame.NO_ERROR);
      leaving.barrier();
      Future<NetSocket> second = dial("second:1");
      try (RawPeer next = listener.accept().handshake()) {
        accept(next);
        await(second);
        await(old.write("still"));
        assertThat(leaving.take(RawFrame.DATA, connect.stream()).text()).isEqualTo("still");
        assertThat(leaving.hasEnded()).isFalse();
        await(old.close());
        leaving.end(connect.stream());
        leaving.awaitEnd();
      }
    }
  }

  @Test
  void aGoAwayBelowAnUnansweredConnectHasItAskedElsewhere() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer leaving = listener.accept().handshake()) {
      leaving.take(ANY_CONNECT);
      leaving.goAway(0, RawFrame.NO_ERROR);
      try (RawPeer next = listener.accept().handshake()) {
        accept(next);
        await(dialled);
      }
    }
  }

  @Test
  void anUnusedConnectionIsClosed() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      RawFrame connect = accept(server);
      await(await(dialled).close());
      server.end(connect.stream());
      server.awaitEnd();
    }
    eventually("nothing is open", () -> rig.clientLog.connections.get() == 0);
  }

  @Test
  void connectionsAreNotSharedBetweenTwoOfOurIdentitiesNorBetweenTwoOfTheirs() throws Exception {
    SpiffeId other = SpiffeId.of("cluster.local", "default", "other");
    rig.credentials.put("other", rig.ca.issue(other));
    WorkloadAddress mine = listener.workload("a:1");
    WorkloadAddress others = new WorkloadAddress(mine.hbone(), mine.identity(), "a:1", "other");

    Future<NetSocket> first = client.connect(mine);
    SSLSocket one = listener.acceptSocket();
    Future<NetSocket> second = client.connect(others);
    SSLSocket two = listener.acceptSocket();
    assertThat(one.getSession().getPeerCertificates()[0])
        .isNotEqualTo(two.getSession().getPeerCertificates()[0]);
    try (RawPeer ours = new RawPeer(one, true).handshake();
        RawPeer theirs = new RawPeer(two, true).handshake()) {
      accept(ours);
      accept(theirs);
      await(first);
      await(second);
    }
    WorkloadAddress imposter =
        new WorkloadAddress(mine.hbone(), other.uri(), "a:1", WorkloadAddress.OWN);
    Future<NetSocket> refused = client.connect(imposter);
    Thread.startVirtualThread(listener::acceptSocket);
    assertThatThrownBy(() -> await(refused))
        .hasMessageContaining(Refusal.PEER_UNEXPECTED_IDENTITY.message());
  }

  @Test
  void aCredentialThatIsMissingDialsNothing() {
    WorkloadAddress address = listener.workload("a:1");

    assertThatThrownBy(() ->
            await(
                client.connect(
                    new WorkloadAddress(address.hbone(), address.identity(), "a:1", "unknown"))))
        .hasMessageContaining(Refusal.CONNECT_NOT_READY.message());
  }

  @Test
  void connectionsComeFromOurOwnAddress() throws IOException {
    rig.clientTransport.dialFrom(InetAddress.getByName("127.0.0.9"));
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    SSLSocket socket = listener.acceptSocket();
    assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
    try (RawPeer server = new RawPeer(socket, true).handshake()) {
      accept(server);
      await(dialled);
    }
  }

  @Test
  void pushIsAnError() {
    Future<NetSocket> dialled = dial("10.0.0.7:9080");
    try (RawPeer server = listener.accept().handshake()) {
      RawFrame connect = accept(server);
      await(dialled);
      server.send(
          RawFrame.PUSH_PROMISE, RawFrame.END_HEADERS, connect.stream(), new byte[] {0, 0, 0, 2});
      assertThat(server.awaitEnd()).isEqualTo(RawFrame.PROTOCOL_ERROR);
    }
  }
}
