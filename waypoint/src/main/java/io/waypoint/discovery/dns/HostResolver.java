// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.dns;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.waypoint.discovery.translate.HostTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts' addresses from the DNS, on a thread of its own. A host is asked for again when the
 * answer's time to live is over. When the DNS is away, or knows a host no more, what it said last
 * stays.
 *
 * <pre>
 *   look ── asked for ──► wanted ──► ask A, AAAA ── answer ──► known for its time to live
 *                            ▲                      failure ──► known as before, soon again
 *                            └──────────── timer ◄─────┘
 * </pre>
 */
public final class HostResolver implements HostTable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostResolver.class);
  private static final int MOST_HOSTS = 10_000;

  /**
   * How long a host is kept that nobody asks for: a change that was refused, or half read, asks for
   * few, and the one that mends it is to find what was known.
   */
  static final Duration KEPT = Duration.ofMinutes(5);

  /**
   * How often the DNS is asked.
   *
   * @param least however short the time to live is
   * @param most however long it is
   * @param again after a failure; doubled each time up to {@code most}
   */
  public record Pace(Duration least, Duration most, Duration again) {
    public static final Pace DEFAULT =
        new Pace(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(1));
  }

  private final Pace pace;
  private final MultiThreadIoEventLoopGroup threads;
  private final EventLoop loop;
  private final List<InetSocketAddress> servers;
  private final Map<String, Answer> known = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong version = new AtomicLong(1);
  private final LongSupplier nanos;

  /** Touched on the loop only. */
  private final Map<String, Asking> asking = new HashMap<>();

  /** Most meshes name no host outside: the start is not to wait for what they do not need. */
  private @Nullable Questions questions;

  private HostResolver(List<InetSocketAddress> servers, Pace pace, LongSupplier nanos) {
    this.pace = pace;
    this.nanos = nanos;
    this.threads =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
    this.loop = threads.next();
    this.servers = servers;
  }

  /**
   * Asks nobody until it is asked.
   *
   * @param servers those to ask; empty for the system's
   */
  public static HostResolver start(List<InetSocketAddress> servers, Pace pace) {
    return start(servers, pace, System::nanoTime);
  }

  /**
   * The same by another clock.
   *
   * @param nanos by which it is counted how long nobody asked
   */
  static HostResolver start(List<InetSocketAddress> servers, Pace pace, LongSupplier nanos) {
    return new HostResolver(servers, pace, nanos);
  }

  @Override
  public Look look() {
    return new Seen(version.get(), Map.copyOf(known));
  }

  @Override
  public long version() {
    return version.get();
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** What was known at one moment, and what somebody wanted to know of it. */
  private final class Seen implements Look {
    private final long seen;
    private final Map<String, Answer> answers;
    private final Set<String> wanted = new HashSet<>();

    Seen(long seen, Map<String, Answer> answers) {
      this.seen = seen;
      this.answers = answers;
    }

    @Override
    public long version() {
      return seen;
    }

    @Override
    public Answer find(String host) {
      if (wanted.size() >= MOST_HOSTS && !wanted.contains(host)) {
        return new Answer.Failed("no more than " + MOST_HOSTS + " hosts are looked up");
      }
      wanted.add(host);
      return answers.getOrDefault(host, new Answer.Unknown());
    }

    @Override
    public void close() {
      if (!loop.isShuttingDown()) {
        loop.execute(() -> want(wanted));
      }
    }
  }

  private void want(Set<String> hosts) {
    long now = nanos.getAsLong();
    for (Asking each : List.copyOf(asking.values())) {
      if (hosts.contains(each.host)) {
        each.wanted = true;
      } else if (each.wanted) {
        each.wanted = false;
        each.unwantedSince = now;
      } else {
        each.forgetInTime();
      }
    }
    for (String host : hosts) {
      if (!asking.containsKey(host)) {
        makeRoom();
        var begun = new Asking(host);
        asking.put(host, begun);
        begun.ask();
      }
    }
  }

  private Questions questions() {
    Questions begun = questions;
    if (begun == null) {
      begun = new Questions(loop, servers);
      questions = begun;
    }
    return begun;
  }

  /** Names that come and go are not kept in any number. */
  private void makeRoom() {
    if (asking.size() >= MOST_HOSTS) {
      List.copyOf(asking.values()).stream().filter(each -> !each.wanted).forEach(Asking::forget);
    }
  }

  /** One host, asked for until nobody has wanted to know for some time. */
  private final class Asking {
    private final String host;
    private boolean wanted = true;
    private long unwantedSince;
    private boolean forgotten;
    private int failures;

    Asking(String host) {
      this.host = host;
    }

    void forgetInTime() {
      if (!wanted && nanos.getAsLong() - unwantedSince >= KEPT.toNanos()) {
        forget();
      }
    }

    void forget() {
      forgotten = true;
      asking.remove(host);
      known.remove(host);
    }

    void ask() {
      forgetInTime();
      if (isOver()) {
        return;
      }
      try {
        questions().ask(host, this::answered);
      } catch (RuntimeException e) {
        LOG.warn("{} cannot be asked for", host, e);
        answered(new Questions.Reply(List.of(), 0, "it cannot be asked for"));
      }
    }

    private boolean isOver() {
      return forgotten || loop.isShuttingDown();
    }

    private void answered(Questions.Reply reply) {
      if (isOver()) {
        return;
      }
      Answer before = known.get(host);
      Duration next;
      if (reply.addresses().isEmpty()) {
        next = later();
        if (!(before instanceof Answer.Known)) {
          tell(before, new Answer.Failed(reply.why()));
        }
      } else {
        failures = 0;
        next = within(Duration.ofSeconds(reply.seconds()));
        tell(before, new Answer.Known(reply.addresses()));
      }
      loop.schedule(this::ask, next.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration later() {
      Duration pause = pace.again().multipliedBy(1L << Math.min(failures, 16));
      failures++;
      return pause.compareTo(pace.most()) > 0 ? pace.most() : pause;
    }

    private Duration within(Duration time) {
      return time.compareTo(pace.least()) < 0
          ? pace.least()
          : time.compareTo(pace.most()) > 0 ? pace.most() : time;
    }

    private void tell(@Nullable Answer before, Answer now) {
      if (!now.equals(before)) {
        known.put(host, now);
        version.incrementAndGet();
        listeners.forEach(this::run);
      }
    }

    /** One that fails must not end the asking, nor keep the news from the others. */
    private void run(Runnable listener) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.error("What the DNS says of {} was not taken", host, e);
      }
    }
  }

  static List<InetAddress> sorted(List<InetAddress> addresses) {
    return addresses.stream()
        .distinct()
        .sorted((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()))
        .toList();
  }

  @Override
  public void close() {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
  }
}
