// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.waypoint.identity.DevCa;
import io.waypoint.load.rig.Cell.Load;
import io.waypoint.load.rig.Cell.Wire;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The generator against backends whose times are known. Through the real tunnels, on the real
 * clock: what is proven is what is reported.
 */
@Timeout(60)
class GeneratorTest {
  private static final double MILLI = 1e6;
  private static final List<String> PATHS = List.of("/r/00000/item");
  private static final Load SMALL = new Load(Wire.HTTP1, 4, 1, 0, 128);

  private final DevCa ca =
      DevCa.create(Plan.TRUST, DevCa.DAY, InstantSource.system(), new SecureRandom());

  @Test
  void aKnownDelayIsReportedAsItIs() {
    Tally tally = measure(SMALL, new Late(30), 50, 2);

    assertThat(tally.failures()).isEmpty();
    assertThat(tally.completed()).isEqualTo(100);
    assertThat(tally.latency().getMinValue() / MILLI).isGreaterThanOrEqualTo(30);
    assertThat(tally.latency().getValueAtPercentile(1) / MILLI).isLessThan(60);
  }

  /**
   * One stall of 600 ms in two seconds: three in ten requests became due in it and waited for what
   * was left of it, so one in five for more than 200 ms. A generator that stops asking while it
   * waits would report four slow ones of 400. {@link PacerTest} has the same to the microsecond.
   */
  @Test
  void aStallIsFeltByAllThatBecameDueInIt() {
    Stall stall = new Stall(500, 600);

    Tally tally = measure(SMALL, stall, 200, 2);

    assertThat(tally.failures()).isEmpty();
    assertThat(tally.completed()).isEqualTo(400);
    assertThat(tally.latency().getValueAtPercentile(81) / MILLI).isGreaterThan(195);
    assertThat(tally.latency().getMaxValue() / MILLI).isGreaterThan(500);
  }

  @Test
  void wrongBytesVoidTheRun() {
    assertThat(measure(SMALL, new Corrupt(), 50, 0.4).failures()).containsKey("wrong bytes");
  }

  @Test
  void wrongBytesInAGrpcMessageVoidTheRun() {
    Load calls = new Load(Wire.GRPC, 1, 4, 64, 64);

    assertThat(measure(calls, new Corrupt(), 50, 0.4).failures()).containsOnlyKeys("wrong bytes");
    assertThat(measure(calls, Behaviour.HONEST, 50, 0.4).failures()).isEmpty();
  }

  @Test
  void eachRequestCanHaveAConnectionOfItsOwn() {
    for (Wire wire : List.of(Wire.TUNNEL, Wire.HANDSHAKE)) {
      Tally tally = measure(new Load(wire, 2, 1, 0, 128), Behaviour.HONEST, 20, 0.5);

      assertThat(tally.failures()).isEmpty();
      assertThat(tally.completed()).isEqualTo(10);
    }
  }

  /** For the contender that cannot take tunnels; its answers are judged in the same way. */
  @Test
  void streamsWithoutTunnelsAreAskedAndJudgedInTheSameWay() {
    Tally honest = streams(Behaviour.HONEST);
    assertThat(honest.failures()).isEmpty();
    assertThat(honest.completed()).isEqualTo(100);
    assertThat(honest.bytes()).isEqualTo(100 * 128);

    assertThat(streams(new Corrupt()).failures()).containsOnlyKeys("wrong bytes");
    assertThat(streams(new Late(30)).latency().getMinValue() / MILLI).isGreaterThanOrEqualTo(30);
  }

  private Tally streams(Behaviour behaviour) {
    Load many = new Load(Wire.HTTP1, 150, 1, 0, 128);
    try (Backends backends = new Backends();
        Generator generator = new Generator(ca.issue(Plan.caller()))) {
      InetSocketAddress at =
          backends
              .serveStreams(
                  "v1",
                  ca.issue(Plan.workload(Plan.Version.V1)),
                  List.of(new InetSocketAddress("127.0.0.1", 0)),
                  behaviour)
              .getFirst();
      Target target = new Target.Streams(at, Plan.workload(Plan.Version.V1).uri());
      try (Generator.Session session = generator.open(target, many, PATHS)) {
        assertThat(session.lanes()).isEqualTo(150);
        return session.openLoop(200, 0.5);
      }
    }
  }

  /** They are lost with their workload, and that is noticed. */
  @Test
  void tunnelsBesideTheLoadAreWatched() {
    Cell cell =
        new Cell(
            "c",
            SMALL,
            new Cell.Mesh(1, 1, 1, true),
            new Cell.Beside(150, 2, 0, 0),
            new Cell.Offer(0.5, 0),
            false,
            0);
    try (Generator generator = new Generator(ca.issue(Plan.caller()))) {
      Backends backends = new Backends();
      Target target = serve(backends, Behaviour.HONEST);
      try (Generator.Company company = generator.accompany(target, cell, PATHS, null);
          Generator.Session session = generator.open(target, SMALL, PATHS)) {
        assertThat(session.openLoop(50, 0.4).failures()).isEmpty();
        assertThat(company.failures()).isZero();

        backends.close();

        awaitFailures(company, 150);
      }
    }
  }

  @Test
  void aSlowReaderThatIsToldWrongBytesSaysSo() {
    Cell cell =
        new Cell(
            "c",
            SMALL,
            new Cell.Mesh(1, 1, 1, true),
            new Cell.Beside(0, 1, 0, 0),
            new Cell.Offer(0.5, 0),
            false,
            0);
    try (Backends backends = new Backends();
        Generator generator = new Generator(ca.issue(Plan.caller()));
        Generator.Company company =
            generator.accompany(serve(backends, new Corrupt()), cell, PATHS, null)) {
      awaitFailures(company, 1);
    }
  }

  @Test
  void largeBodiesArriveWholeInBothDirections() {
    Load bulk = new Load(Wire.HTTP1, 2, 1, 1 << 20, 1 << 20);

    Tally tally = measure(bulk, Behaviour.HONEST, 20, 0.5);

    assertThat(tally.failures()).isEmpty();
    assertThat(tally.completed()).isEqualTo(10);
    assertThat(tally.bytes()).isEqualTo(10L << 20);
  }

  /** Ends by the time limit of the class when they do not come. */
  private static void awaitFailures(Generator.Company company, int least) {
    while (company.failures() < least) {
      Thread.onSpinWait();
    }
  }

  private Tally measure(Load load, Behaviour behaviour, double rate, double seconds) {
    try (Backends backends = new Backends();
        Generator generator = new Generator(ca.issue(Plan.caller()));
        Generator.Session session = generator.open(serve(backends, behaviour), load, PATHS)) {
      return session.openLoop(rate, seconds);
    }
  }

  private Target serve(Backends backends, Behaviour behaviour) {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
    InetSocketAddress at =
        backends
            .serve("v1", ca.issue(Plan.workload(Plan.Version.V1)), List.of(address), behaviour)
            .getFirst();
    return new Target.Tunnels(at, Plan.workload(Plan.Version.V1).uri(), "127.0.0.1:" + Plan.APP);
  }

  private record Late(long millis) implements Behaviour {
    @Override
    public void answer(EventLoop loop, Runnable send) {
      loop.schedule(send, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean corrupts() {
      return false;
    }
  }

  /** Answers nothing from one time to another, both from the first request on. */
  private static final class Stall implements Behaviour {
    private final long from;
    private final long length;
    private long first;

    Stall(long from, long length) {
      this.from = TimeUnit.MILLISECONDS.toNanos(from);
      this.length = TimeUnit.MILLISECONDS.toNanos(length);
    }

    @Override
    public void answer(EventLoop loop, Runnable send) {
      long now = System.nanoTime();
      first = first == 0 ? now : first;
      long into = now - first - from;
      if (into >= 0 && into < length) {
        loop.schedule(send, length - into, TimeUnit.NANOSECONDS);
      } else {
        send.run();
      }
    }

    @Override
    public boolean corrupts() {
      return false;
    }
  }

  private static final class Corrupt implements Behaviour {
    @Override
    public void answer(EventLoop loop, Runnable send) {
      send.run();
    }

    @Override
    public boolean corrupts() {
      return true;
    }
  }
}
