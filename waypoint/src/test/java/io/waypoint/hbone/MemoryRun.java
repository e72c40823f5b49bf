// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of its own that sends a lot through two tunnels in a chain, to readers that are slow,
 * and prints how much memory that took. {@link HboneMemoryIT} gives it little of it.
 *
 * <pre>
 *   client ──tunnel──► relay ──tunnel──► end
 * </pre>
 */
final class MemoryRun {
  private static final int CHUNK = 16 * 1024;
  private static final int PAUSE_EVERY = 1024 * 1024;
  private static final long PAUSE_MILLIS = 10;
  private static final long WARM_UP = 8L * 1024 * 1024;

  private final DevCa ca =
      DevCa.create(
          new TrustDomain("cluster.local"), DevCa.DAY, InstantSource.system(), new SecureRandom());
  private final Material material = ca.issue(SpiffeId.of("cluster.local", "default", "all"));
  private final AtomicLong peak = new AtomicLong();
  private final AtomicLong slowestEcho = new AtomicLong();
  private final AtomicLong echoes = new AtomicLong();

  private static final class Node {
    final HboneTransport transport;
    final Vertx vertx;

    Node(Material material) {
      transport =
          HboneTransport.create(
              HboneSettings.DEFAULT,
              name -> material,
              HboneEvents.NONE,
              new HboneClocks(InstantSource.system(), System::nanoTime));
      vertx =
          Vertx.builder()
              .with(new VertxOptions().setEventLoopPoolSize(1))
              .withTransport(transport.forVertx())
              .build();
    }
  }

  public static void main(String[] arguments) throws Exception {
    long bytes = Long.parseLong(arguments[0]);
    // Event loops would keep a run alive that has failed.
    int code = 1;
    try {
      new MemoryRun().run(bytes);
      code = 0;
    } catch (Throwable failure) {
      failure.printStackTrace();
    } finally {
      System.exit(code);
    }
  }

  private void run(long bytes) throws IOException {
    Node client = new Node(material);
    Node relay = new Node(material);
    Node end = new Node(material);
    InetSocketAddress endAddress = serve(end, socket -> end(end.vertx, bytes, socket));
    var outbound = relay.vertx.createNetClient();
    InetSocketAddress relayAddress =
        serve(
            relay,
            socket -> {
              socket.pause();
              TunnelTarget target = (TunnelTarget) socket.localAddress();
              outbound
                  .connect(to(endAddress, target.path()))
                  .onFailure(failure -> socket.close())
                  .onSuccess(next -> {
                    socket.pipeTo(next);
                    next.pipeTo(socket);
                  });
            });
    var dialler = client.vertx.createNetClient();

    transfer(client.vertx, dialler.connect(to(relayAddress, "warm-down:1")), WARM_UP, false);
    transfer(client.vertx, dialler.connect(to(relayAddress, "warm-up:1")), WARM_UP, true);
    long before = residentKiB();
    peak.set(before);
    echo(client.vertx, await(dialler.connect(to(relayAddress, "echo:1"))));
    client.vertx.setPeriodic(20, timer -> peak.accumulateAndGet(residentKiB(), Math::max));
    String down = transfer(client.vertx, dialler.connect(to(relayAddress, "down:1")), bytes, false);
    String up = transfer(client.vertx, dialler.connect(to(relayAddress, "up:1")), bytes, true);
    System.out.println("bytes each way: " + bytes);
    System.out.println("identical: " + (down.equals(expected(bytes)) && up.equals(down)));
    System.out.println("resident before KiB: " + before);
    System.out.println("resident growth KiB: " + (peak.get() - before));
    System.out.println("echoes: " + echoes.get());
    System.out.println("slowest echo ms: " + slowestEcho.get());
    // Vert.x closes a client, and its sockets, once nobody refers to it.
    Reference.reachabilityFence(dialler);
    Reference.reachabilityFence(outbound);
  }

  private static WorkloadAddress to(InetSocketAddress address, String authority) {
    return new WorkloadAddress(
        address, "spiffe://cluster.local/ns/default/sa/all", authority, WorkloadAddress.OWN);
  }

  private InetSocketAddress serve(Node node, io.vertx.core.Handler<NetSocket> handler) {
    CompletableFuture<Void> listening = new CompletableFuture<>();
    node.vertx.runOnContext(start ->
        node.vertx
            .createNetServer()
            .connectHandler(handler)
            .listen(TunnelListener.named("raw"))
            .onSuccess(server -> listening.complete(null))
            .onFailure(listening::completeExceptionally));
    await(listening);
    HboneServer server =
        await(
            HboneServer.listen(
                    node.transport,
                    new InetSocketAddress("127.0.0.1", 0),
                    HboneServer.Listeners.all("raw"),
                    () -> material,
                    (connect, answer) -> answer.accept(ConnectAnswer.RAW))
                .toCompletableFuture());
    return server.address();
  }

  /** What the last server does, told by the name that was asked for. */
  private static void end(Vertx vertx, long bytes, NetSocket socket) {
    TunnelTarget target = (TunnelTarget) socket.localAddress();
    switch (target.authorityHost()) {
      case "warm-down" -> send(socket, WARM_UP, new Random(1));
      case "warm-up" ->
          receive(vertx, socket, WARM_UP).onSuccess(hash -> socket.end(Buffer.buffer(hash)));
      case "down" -> send(socket, bytes, new Random(1));
      case "up" -> receive(vertx, socket, bytes).onSuccess(hash -> socket.end(Buffer.buffer(hash)));
      default -> socket.handler(socket::write);
    }
  }

  private static String transfer(
      Vertx vertx, Future<NetSocket> dialled, long bytes, boolean upwards) {
    CompletableFuture<String> hash = new CompletableFuture<>();
    dialled.onFailure(hash::completeExceptionally);
    // In the turn in which the tunnel opens: Vert.x drops what arrives before there is a handler.
    dialled.onSuccess(socket -> {
      if (upwards) {
        Buffer answer = Buffer.buffer();
        socket.handler(data -> {
          if (answer.appendBuffer(data).length() == 64) {
            hash.complete(answer.toString());
            socket.close();
          }
        });
        send(socket, bytes, new Random(1));
      } else {
        receive(vertx, socket, bytes)
            .onSuccess(text -> {
              hash.complete(text);
              socket.close();
            });
      }
    });
    try {
      return hash.get(120, java.util.concurrent.TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void send(NetSocket socket, long left, Random random) {
    AtomicLong remaining = new AtomicLong(left);
    Runnable pour =
        () -> {
          while (remaining.get() > 0 && !socket.writeQueueFull()) {
            byte[] chunk = new byte[CHUNK];
            random.nextBytes(chunk);
            remaining.addAndGet(-CHUNK);
            socket.write(Buffer.buffer(chunk));
          }
        };
    socket.drainHandler(drained -> pour.run());
    pour.run();
  }

  private static Future<String> receive(Vertx vertx, NetSocket socket, long bytes) {
    MessageDigest digest = sha256();
    var hash = io.vertx.core.Promise.<String>promise();
    AtomicLong count = new AtomicLong();
    AtomicLong pauseAt = new AtomicLong(PAUSE_EVERY);
    socket.handler(data -> {
      digest.update(data.getBytes());
      long now = count.addAndGet(data.length());
      if (now == bytes) {
        hash.complete(HexFormat.of().formatHex(digest.digest()));
      } else if (now >= pauseAt.get()) {
        pauseAt.addAndGet(PAUSE_EVERY);
        socket.pause();
        vertx.setTimer(PAUSE_MILLIS, timer -> socket.resume());
      }
    });
    return hash.future();
  }

  private void echo(Vertx vertx, NetSocket socket) {
    AtomicLong sent = new AtomicLong(System.nanoTime());
    socket.handler(data -> {
      echoes.incrementAndGet();
      long millis = (System.nanoTime() - sent.get()) / 1_000_000;
      slowestEcho.accumulateAndGet(millis, Math::max);
      vertx.setTimer(
          5,
          timer -> {
            sent.set(System.nanoTime());
            socket.write("ping");
          });
    });
    vertx.runOnContext(start -> socket.write("ping"));
  }

  private static String expected(long bytes) {
    MessageDigest digest = sha256();
    Random random = new Random(1);
    byte[] chunk = new byte[CHUNK];
    for (long left = bytes; left > 0; left -= CHUNK) {
      random.nextBytes(chunk);
      digest.update(chunk);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static long residentKiB() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
