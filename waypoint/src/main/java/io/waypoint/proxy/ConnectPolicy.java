// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.authorizer.Opinion;
import io.waypoint.authorizer.Question;
import io.waypoint.hbone.Connect;
import io.waypoint.hbone.ConnectAnswer;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelAcceptor;
import io.waypoint.hbone.Uplink;
import io.waypoint.rbac.Consultation;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import io.waypoint.refusal.Refusal;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.KeyHash;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.Tried;
import io.waypoint.telemetry.Recorder;
import io.waypoint.telemetry.ResponseFlag;
import io.waypoint.telemetry.TcpRecord;
import io.waypoint.upstream.Addresses;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Destination;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.Lookup;
import io.waypoint.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a CONNECT, on one event loop. The authority is looked up in the world and nowhere
 * else, so this is never a general proxy.
 *
 * <pre>
 *   no world ─► 503    unknown ─► 404    another waypoint's ─► 403
 *   HTTP port ─► 200, policy at each request
 *   undeclared ─► 200, the first bytes decide between the two
 *   TCP port ─► policy, then connect, then 200; or 403, 503
 *   TLS port ─► likewise; but 200 and the hello first when a policy asks which server is meant
 * </pre>
 */
final class ConnectPolicy implements TunnelAcceptor {
  private static final ConnectAnswer NOT_READY =
      new ConnectAnswer.Refuse(503, Refusal.CONNECT_NOT_READY);
  private static final ConnectAnswer UNKNOWN =
      new ConnectAnswer.Refuse(404, Refusal.CONNECT_UNKNOWN);
  private static final ConnectAnswer NOT_OURS =
      new ConnectAnswer.Refuse(403, Refusal.CONNECT_NOT_OURS);
  private static final ConnectAnswer DENIED = new ConnectAnswer.Refuse(403, Refusal.CONNECT_DENIED);
  private static final ConnectAnswer UNREACHABLE =
      new ConnectAnswer.Refuse(503, Refusal.CONNECT_UNREACHABLE);

  /** As long as Envoy leaves a relayed connection on which nothing moves. */
  private static final Duration RELAY_IDLE = Duration.ofHours(1);

  private final ProxyLoop loop;
  private final HboneTransport transport;
  private final Duration connectTimeout;
  private final List<Relayed> open = new ArrayList<>();

  /** As many as are in the list; read by other threads. */
  private volatile int openCount;

  ConnectPolicy(ProxyLoop loop, HboneTransport transport, Duration connectTimeout) {
    this.loop = loop;
    this.transport = transport;
    this.connectTimeout = connectTimeout;
  }

  @Override
  public void accept(Connect connect, Consumer<ConnectAnswer> answer) {
    World world = loop.world();
    if (world == null) {
      answer.accept(NOT_READY);
      return;
    }
    switch (world.find(connect.target().authorityHost(), connect.target().authorityPort())) {
      case Lookup.Unknown unknown -> answer.accept(UNKNOWN);
      case Lookup.NotOurs notOurs -> answer.accept(NOT_OURS);
      case Lookup.Found(Destination destination) -> {
        switch (destination.protocol()) {
          case HTTP, HTTP2, GRPC -> answer.accept(ConnectAnswer.HTTP);
          case UNKNOWN -> answer.accept(ConnectAnswer.SNIFF);
          case TCP -> dialFirst(connect, answer);
          case TLS -> {
            if (destination.policies().namesServers()) {
              answer.accept(ConnectAnswer.TLS);
            } else {
              dialFirst(connect, answer);
            }
          }
        }
      }
    }
  }

  private void dialFirst(Connect connect, Consumer<ConnectAnswer> answer) {
    Relayed relayed = new Relayed(connect, false);
    relayed.open((uplink, refusal) ->
        answer.accept(uplink == null ? refusal : new ConnectAnswer.Relay(uplink)));
  }

  @Override
  public void relay(Connect connect, Consumer<@Nullable Uplink> uplink) {
    new Relayed(connect, true).open((opened, refusal) -> uplink.accept(opened));
  }

  private interface Opened {
    void with(@Nullable Uplink uplink, ConnectAnswer refusal);
  }

  /** One connection that is not HTTP, from policy to its end. */
  private final class Relayed implements Placement {
    private final Connect connect;

    /** Whether its first bytes were waited for. */
    private final boolean heard;

    private final TcpRecord record = loop.recorder().beginTcp();
    private Consultation consulted = Consultation.NONE;
    private Tried tried = Tried.NONE;
    private @Nullable Uplink uplink;
    private long movedBytes;
    private long movedNanos;

    Relayed(Connect connect, boolean heard) {
      this.connect = connect;
      this.heard = heard;
    }

    void open(Opened then) {
      World world = loop.world();
      String host = connect.target().authorityHost();
      int port = connect.target().authorityPort();
      Destination destination =
          world != null && world.find(host, port) instanceof Lookup.Found(Destination found)
              ? found
              : null;
      var peer = connect.peer();
      record.caller(
          peer.identity(),
          world == null ? null : world.source(peer.identity(), peer.socket().getAddress()),
          peer.socket());
      record.addressed(host, port, destination);
      if (world == null || destination == null) {
        end(ResponseFlag.NR);
        then.with(null, UNKNOWN);
      } else {
        consulted = destination.policies().consult(facts());
        ask(world, destination, 0, then);
      }
    }

    /** The authorizers one after the other, then policy. */
    private void ask(World world, Destination destination, int next, Opened then) {
      if (next == consulted.authorizers().size()) {
        boolean denied =
            consulted.refusal() != null
                || destination.policies().checkConsulted(facts()) instanceof Verdict.Deny;
        if (denied) {
          deny(then);
        } else if (demandsTls(destination)) {
          end(ResponseFlag.UF);
          then.with(null, UNREACHABLE);
        } else {
          dial(world, destination.endpoints(), then);
        }
        return;
      }
      ExternalAuthorizer authorizer =
          world.mesh().authorizers().get(consulted.authorizers().get(next));
      if (authorizer == null) {
        deny(then);
        return;
      }
      var peer = connect.peer();
      var parties =
          new Question.Parties(
              peer.socket(),
              peer.identity().uri(),
              connect.target().authorityHost(),
              connect.target().authorityPort());
      loop.asker()
          .ask(
              world,
              authorizer,
              new Question(null, parties, loop.environment().time().clock().millis()),
              opinion -> {
                boolean passes =
                    opinion instanceof Opinion.Pass
                        || opinion instanceof Opinion.Failure && authorizer.failOpen();
                if (passes) {
                  ask(world, destination, next + 1, then);
                } else {
                  deny(then);
                }
              });
    }

    /** What is not HTTP would be sent on as it came: in clear, unless the caller speaks TLS. */
    private static boolean demandsTls(Destination destination) {
      List<Endpoint> endpoints = destination.endpoints().endpoints();
      return destination.protocol() != AppProtocol.TLS
          && !endpoints.isEmpty()
          && endpoints.getFirst().tls() != null;
    }

    private void deny(Opened then) {
      end(ResponseFlag.UAEX);
      then.with(null, DENIED);
    }

    /** Whether policy as it is now would not let it through; nobody is asked again. */
    private boolean denies(Destination destination) {
      Consultation now = destination.policies().consult(facts());
      // Of whom nobody has heard which server it means, it cannot be told now.
      boolean unheard =
          !heard
              && destination.protocol() == AppProtocol.TLS
              && destination.policies().namesServers();
      return unheard
          || now.refusal() != null
          || !consulted.authorizers().containsAll(now.authorizers())
          || destination.policies().checkConsulted(facts()) instanceof Verdict.Deny;
    }

    private StatedFacts facts() {
      var peer = connect.peer();
      return StatedFacts.ofConnection(
          peer.identity().uri(),
          IpAddress.of(peer.socket().getAddress()),
          address(connect.target().authorityHost()),
          connect.target().authorityPort(),
          connect.serverName());
    }

    private void dial(World world, EndpointSet endpoints, Opened then) {
      Endpoint picked = loop.upstreams().pick(endpoints, this);
      if (picked == null) {
        end(ResponseFlag.UH);
        then.with(null, UNREACHABLE);
        return;
      }
      record.attempt(endpoints, picked, world.workload(picked.workload()));
      transport
          .dial(Addresses.of(picked), connectTimeout)
          .whenComplete((opened, failure) -> {
            if (opened != null) {
              loop.upstreams().report(endpoints, picked, Outcome.ANSWERED);
              joined(opened);
              then.with(opened, UNREACHABLE);
              return;
            }
            loop.upstreams().report(endpoints, picked, Outcome.LOCAL_ERROR);
            if (tried.size() < loop.settings().retries()) {
              tried = tried.and(picked);
              dial(world, endpoints, then);
            } else {
              end(ResponseFlag.UF);
              then.with(null, UNREACHABLE);
            }
          });
    }

    @Override
    public Tried tried() {
      return tried;
    }

    @Override
    public int active(Endpoint endpoint) {
      return 0; // What is relayed is no request: nobody counts it.
    }

    @Override
    public RandomGenerator random() {
      return loop.environment().random();
    }

    /** Of a connection only the caller's address is known. */
    @Override
    public long hash(HashKey key) {
      return key instanceof HashKey.SourceIp
          ? KeyHash.of(connect.peer().socket().getAddress().getHostAddress())
          : random().nextLong();
    }

    private void joined(Uplink opened) {
      uplink = opened;
      movedNanos = loop.nanos();
      open.add(this);
      openCount = open.size();
      record.connected(null);
      loop.recorder().opened(record);
      opened.onClose(() -> {
        open.remove(this);
        openCount = open.size();
        count(opened);
        end(ResponseFlag.NONE);
      });
    }

    private void count(Uplink from) {
      record.bytesIn(from.sent() - record.bytesIn());
      record.bytesOut(from.received() - record.bytesOut());
    }

    private void end(ResponseFlag flag) {
      if (flag != ResponseFlag.NONE) {
        record.flag(flag);
      }
      Recorder recorder = loop.recorder();
      recorder.closed(record);
    }

    void tick() {
      Uplink current = uplink;
      if (current == null) {
        return;
      }
      count(current);
      long moved = current.sent() + current.received();
      long now = loop.nanos();
      if (moved != movedBytes) {
        movedBytes = moved;
        movedNanos = now;
      } else if (now - movedNanos > RELAY_IDLE.toNanos()) {
        current.close();
      }
    }

    /** Policy may have changed since the connection was let through. */
    void judgeAgain(World world) {
      String host = connect.target().authorityHost();
      Uplink current = uplink;
      boolean stays =
          world.find(host, connect.target().authorityPort())
                  instanceof Lookup.Found(Destination destination)
              && !denies(destination);
      if (!stays && current != null) {
        loop.refused(Refusal.CONNECT_DENIED);
        current.close();
      }
    }
  }

  /** Called every few seconds: figures of long connections, and the end of forgotten ones. */
  void tick() {
    for (Relayed relayed : List.copyOf(open)) {
      relayed.tick();
    }
    loop.recorder().report();
  }

  /** A new world is in force. */
  void worldChanged() {
    World world = loop.world();
    if (world != null) {
      for (Relayed relayed : List.copyOf(open)) {
        relayed.judgeAgain(world);
      }
    }
  }

  int openRelays() {
    return openCount;
  }

  private static @Nullable IpAddress address(String host) {
    try {
      return IpAddress.parse(host);
    } catch (IllegalArgumentException name) {
      return null;
    }
  }
}
