// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.waypoint.discovery.Backoff;
import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.WorkloadSource;
import io.waypoint.identity.istiod.CallEnd;
import io.waypoint.identity.istiod.CallEnd.Cause;
import io.waypoint.identity.istiod.Istiod;
import io.waypoint.identity.istiod.Istiod.Credential;
import io.waypoint.identity.istiod.IstiodCall;
import io.waypoint.wire.discovery.DeltaDiscoveryRequest;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.discovery.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services and workloads from istiod, followed until closed. Istiod that is away changes nothing:
 * what it told last stays, and the next stream begins with the versions of it.
 *
 * <pre>
 *              ┌───────────── later, with back-off; soon after an orderly end ────────────┐
 *              ▼                                                                          │
 *   open a call ──► subscribe, say what is known ──► first answer ──► news … ──► ended ───┘
 *                                                        └── ACK, or NACK with what was not taken
 * </pre>
 */
public final class WdsDiscovery implements WorkloadSource {
  private static final Logger LOG = LoggerFactory.getLogger(WdsDiscovery.class);

  private static final Istiod.Method<DeltaDiscoveryRequest> DELTA =
      new Istiod.Method<>(
          "envoy.service.discovery.v3.AggregatedDiscoveryService",
          "DeltaAggregatedResources",
          200 << 20);
  private static final String EVERYTHING = "*";
  private static final Duration FIRST_RETRY = Duration.ofMillis(10);
  private static final Duration LAST_RETRY = Duration.ofSeconds(15);
  private static final long PATIENCE_MILLIS = 30_000;
  private static final int INVALID_ARGUMENT = 3;
  private static final int LONGEST_COMPLAINT = 2_000;
  private static final int MOST_COMPLAINTS = 20;

  /** What it lives on. */
  public record Surroundings(Vertx vertx, InstantSource clock, RandomGenerator random) {}

  private final Istiod istiod;
  private final WdsSettings settings;
  private final Surroundings around;
  private final Context context;
  private final Backoff backoff;
  private final Joiner joiner;
  private final Ledger ledger;
  private final Set<String> wanted = new LinkedHashSet<>();
  private final LongAdder answers = new LongAdder();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private Credential credential = Credential.TOKEN;
  private @Nullable Stream stream;
  private boolean closed;
  private volatile @Nullable Census census;
  private volatile @Nullable Instant lostSince;
  private volatile String lastEnd = "";
  private volatile Map<String, String> refused = Map.of();

  private WdsDiscovery(Istiod istiod, WdsSettings settings, Surroundings around) {
    this.istiod = istiod;
    this.settings = settings;
    this.around = around;
    this.context = around.vertx().getOrCreateContext();
    this.backoff = new Backoff(FIRST_RETRY, LAST_RETRY, around.random());
    this.joiner = new Joiner(settings);
    this.ledger = new Ledger(joiner);
    this.lostSince = around.clock().instant();
  }

  /** Begins to ask; returns at once. */
  public static WdsDiscovery start(Istiod istiod, WdsSettings settings, Surroundings around) {
    var discovery = new WdsDiscovery(istiod, settings, around);
    discovery.context.runOnContext(_ -> discovery.connect());
    return discovery;
  }

  /**
   * Asks for more, when not everything is told anyway.
   *
   * @param names {@code namespace/hostname}, {@code network/address} or a workload's uid
   */
  public void want(Collection<String> names) {
    context.runOnContext(_ -> {
      List<String> news = names.stream().filter(wanted::add).toList();
      Stream now = stream;
      if (!settings.everything() && !news.isEmpty() && now != null) {
        now.send(request().addAllResourceNamesSubscribe(news));
      }
    });
  }

  private void connect() {
    if (!closed) {
      var next = new Stream();
      stream = next;
      next.call = istiod.open(context, credential, DELTA, next::opened, next);
    }
  }

  private static DeltaDiscoveryRequest.Builder request() {
    return DeltaDiscoveryRequest.newBuilder().setTypeUrl(Ledger.TYPE);
  }

  /**
   * The first request of a stream. Without the names of what is known istiod could not tell what
   * has gone since.
   */
  private DeltaDiscoveryRequest.Builder first() {
    DeltaDiscoveryRequest.Builder first =
        request()
            .setNode(settings.node(istiod.settings().cluster()))
            .putAllInitialResourceVersions(ledger.versions())
            .addResourceNamesSubscribe(EVERYTHING);
    return settings.everything()
        ? first
        : first.addAllResourceNamesSubscribe(wanted).addResourceNamesUnsubscribe(EVERYTHING);
  }

  /** One call, from its opening to its end; everything on the context. */
  private final class Stream implements IstiodCall.Events {
    private @Nullable IstiodCall<DeltaDiscoveryRequest> call;
    private boolean open;
    private boolean answered;
    private long timer = -1;

    void opened(IstiodCall<DeltaDiscoveryRequest> opened) {
      open = true;
      timer =
          around
              .vertx()
              .setTimer(
                  PATIENCE_MILLIS,
                  late -> opened.end(Cause.LOST, "istiod does not begin to tell in time"));
      send(first());
    }

    void send(DeltaDiscoveryRequest.Builder message) {
      IstiodCall<DeltaDiscoveryRequest> to = call;
      if (open && to != null) {
        to.send(message.build());
      }
    }

    @Override
    public void message(byte[] bytes) {
      DeltaDiscoveryResponse answer;
      try {
        answer = DeltaDiscoveryResponse.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        end(Cause.MISBEHAVED, "istiod sent what is no answer: " + e.getMessage());
        return;
      }
      if (!answer.getTypeUrl().equals(Ledger.TYPE)) {
        end(Cause.MISBEHAVED, "istiod told of " + answer.getTypeUrl() + ", which was not asked");
        return;
      }
      Map<String, String> failed = ledger.take(answer);
      send(acknowledged(answer, failed));
      if (!answered) {
        answered = true;
        around.vertx().cancelTimer(timer);
        backoff.succeeded();
        lostSince = null;
      }
      taken(failed);
    }

    void end(Cause cause, String detail) {
      IstiodCall<DeltaDiscoveryRequest> ending = call;
      if (ending != null) {
        ending.end(cause, detail);
      }
    }

    @Override
    public void ended(CallEnd end) {
      open = false;
      around.vertx().cancelTimer(timer);
      if (stream == this) {
        stream = null;
        WdsDiscovery.this.ended(end, answered);
      }
    }
  }

  private static DeltaDiscoveryRequest.Builder acknowledged(
      DeltaDiscoveryResponse answer, Map<String, String> failed) {
    DeltaDiscoveryRequest.Builder message = request().setResponseNonce(answer.getNonce());
    if (failed.isEmpty()) {
      return message;
    }
    var complaint = new StringBuilder();
    failed.forEach((name, why) -> {
      if (complaint.length() < LONGEST_COMPLAINT) {
        complaint.append(complaint.isEmpty() ? "" : "; ").append(name).append(": ").append(why);
      }
    });
    return message.setErrorDetail(
        Status.newBuilder().setCode(INVALID_ARGUMENT).setMessage(complaint.toString()));
  }

  private void taken(Map<String, String> failed) {
    failed.forEach((name, why) ->
        LOG.atWarn()
            .addKeyValue("resource", name)
            .addKeyValue("why", why)
            .log("not taken; what was known of it stays"));
    refused = ledger.refused();
    Census before = census;
    Census now = joiner.census();
    answers.increment();
    if (now != before) {
      census = now;
      listeners.forEach(Runnable::run);
    }
  }

  private void ended(CallEnd end, boolean answered) {
    if (closed) {
      return;
    }
    boolean orderly = end.cause() == Cause.FINISHED && answered;
    if (lostSince == null) {
      lostSince = around.clock().instant();
    }
    if (!orderly && !end.detail().equals(lastEnd)) {
      LOG.atWarn().addKeyValue("why", end.detail()).log("istiod tells nothing");
    }
    lastEnd = end.detail();
    boolean another = end.cause() == Cause.CREDENTIAL_REFUSED && credential == Credential.TOKEN;
    credential = another && istiod.hasCertificate() ? Credential.CERTIFICATE : Credential.TOKEN;
    if (orderly) {
      backoff.succeeded();
    }
    long wait = orderly ? FIRST_RETRY.toMillis() : backoff.next().toMillis();
    around.vertx().setTimer(Math.max(1, wait), _ -> connect());
  }

  @Override
  public @Nullable Census census() {
    return census;
  }

  @Override
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Since when istiod tells us nothing; null while it does. */
  public @Nullable Instant lostSince() {
    return lostSince;
  }

  /** How many answers were taken in. */
  public long answers() {
    return answers.sum();
  }

  /** What a person who looks at readiness should know, a line each. */
  public List<String> notes() {
    Instant since = lostSince;
    if (since == null) {
      return List.of();
    }
    String why = lastEnd.isEmpty() ? "not connected yet" : lastEnd;
    long seconds = Duration.between(since, around.clock().instant()).toSeconds();
    return List.of(
        census == null
            ? "istiod: services and workloads: " + why
            : "istiod: no changes of services and workloads for %d s (%s); what it told last is used"
                .formatted(seconds, why));
  }

  /** What istiod told and could not be taken, a line each; of many only the first. */
  public List<String> problems() {
    List<String> lines = new ArrayList<>();
    refused.forEach((name, why) -> {
      if (lines.size() < MOST_COMPLAINTS) {
        lines.add("istiod: " + name + ": " + why);
      }
    });
    return lines;
  }

  @Override
  public void close() {
    context.runOnContext(_ -> {
      closed = true;
      Stream now = stream;
      if (now != null) {
        now.end(Cause.CANCELLED, "closed");
      }
    });
  }
}
