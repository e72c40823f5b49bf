// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.waypoint.http1.Part;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.Tried;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import io.waypoint.upstream.Upstreams;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request on its way to a service whose answer nobody waits for.
 *
 * <pre>
 *   send ──► connecting ──► sending ──► ended ──► answered, thrown away
 *                └─────────────┴──────────┴─────► dropped: too slow, broken, or not wanted any more
 * </pre>
 *
 * <p>It never holds the request up: what the service does not take in time waits in a small buffer,
 * and when that is full the copy is dropped.
 */
final class Mirror
    implements Acquisition, Placement, UpstreamRequest.Listener, UpstreamResponse.Sink {
  /** How many bytes may wait for the service. */
  static final int MOST_WAITING = 64 * 1024;

  /** How often it is looked whether anything has moved; the service's answer counts for nothing. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private final ProxyLoop loop;
  private final OutgoingHead head;
  private final boolean bodyFollows;
  private final Runnable over;
  private final ArrayDeque<Buffer> waiting = new ArrayDeque<>(4);
  private int waitingBytes;
  private boolean complete;
  private boolean finished;
  private boolean sent;
  private boolean moved;
  private boolean reusable = true;
  private @Nullable UpstreamRequest upstream;
  private @Nullable UpstreamConnection connection;
  private Alarms.@Nullable Alarm alarm;
  private @Nullable EndpointSet to;

  /**
   * @param over called when nothing of the copy is left
   */
  Mirror(ProxyLoop loop, OutgoingHead head, boolean bodyFollows, Runnable over) {
    this.loop = loop;
    this.head = head;
    this.bodyFollows = bodyFollows;
    this.over = over;
  }

  void send(EndpointSet backend) {
    to = backend;
    Endpoint endpoint = loop.upstreams().pick(backend, this);
    if (endpoint == null) {
      drop();
      return;
    }
    CanonicalRequest request = head.request();
    boolean http2 =
        Upstreams.usesHttp2(backend, endpoint, request.isHttp2(), request.fields().isGrpc());
    watch();
    loop.upstreams().acquire(backend, endpoint, http2, false, this);
  }

  @Override
  public Tried tried() {
    return Tried.NONE;
  }

  @Override
  public int active(Endpoint endpoint) {
    return to == null ? 0 : loop.upstreams().active(to, endpoint);
  }

  @Override
  public RandomGenerator random() {
    return loop.environment().random();
  }

  /** A copy belongs to no session: it goes anywhere. */
  @Override
  public long hash(HashKey key) {
    return random().nextLong();
  }

  @Override
  public boolean isWaiting() {
    return !finished;
  }

  @Override
  public void acquired(UpstreamRequest request, UpstreamConnection acquired) {
    upstream = request;
    connection = acquired;
    request.listen(this);
    // Nobody here waits for the service's permission: the request itself is under way already.
    try {
      ForwardedFields.write(head, bodyFollows, false, request, acquired.isHttp2(), loop.copy());
    } catch (IllegalArgumentException unwritable) {
      drop();
      return;
    }
    if (complete && waiting.isEmpty()) {
      request.end(null);
      isSent();
    } else {
      drain();
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    drop();
  }

  /** A part of the body; what waits is shared with whoever keeps it, too. */
  void write(Part chunk) {
    if (finished || complete) {
      return;
    }
    moved = true;
    waitingBytes += chunk.length();
    if (waitingBytes > MOST_WAITING) {
      drop();
      return;
    }
    waiting.add(chunk.kept());
    drain();
  }

  /** The body is complete. */
  void end() {
    if (!finished && !complete) {
      complete = true;
      drain();
    }
  }

  private void drain() {
    UpstreamRequest to = upstream;
    if (to == null || sent || finished) {
      return;
    }
    while (!waiting.isEmpty()) {
      if (to.isFull()) {
        return;
      }
      Buffer chunk = waiting.remove();
      waitingBytes -= chunk.length();
      to.write(Part.of(chunk));
    }
    if (complete) {
      to.end(null);
      isSent();
    }
  }

  private void isSent() {
    sent = true;
    moved = true;
  }

  private void watch() {
    moved = false;
    alarm = loop.environment().time().alarms().after(PATIENCE, this::look);
  }

  private void look() {
    if (moved) {
      watch();
    } else {
      drop();
    }
  }

  @Override
  public void goAhead() {}

  @Override
  public void earlyHints(MultiMap hints) {}

  @Override
  public void drained() {
    drain();
  }

  @Override
  public void failed(Throwable cause) {
    drop();
  }

  @Override
  public void answered(UpstreamResponse response) {
    if (!finished) {
      String ends = response.headers().get(FieldNames.CONNECTION);
      reusable = !AnswerHead.endsConnection(response, ends);
      response.flowTo(this);
    }
  }

  /** It is thrown away. */
  @Override
  public void part(Part part) {}

  @Override
  public void ended() {
    if (finished) {
      return;
    }
    if (sent) {
      finish(reusable);
    } else {
      drop();
    }
  }

  /** Ends it wherever it is; again changes nothing. */
  void drop() {
    UpstreamRequest request = upstream;
    if (!finished) {
      finish(false);
      if (request != null) {
        request.reset();
      }
    }
  }

  /** The request has ended before its body was complete, so that a copy of it would be another. */
  void dropUnlessComplete() {
    if (!complete) {
      drop();
    }
  }

  private void finish(boolean reuse) {
    finished = true;
    waiting.clear();
    if (alarm != null) {
      alarm.cancel();
    }
    if (connection != null) {
      connection.release(reuse);
    }
    over.run();
  }
}
