// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.waypoint.downstream.BodyReader;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.http1.Lengths;
import io.waypoint.http1.Part;
import io.waypoint.telemetry.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way upstream.
 *
 * <pre>
 *   hold ──► (paused) ──► sendTo(call) ──► flows ──► ended
 *                              ▲              │ the call failed, and what was sent is still kept
 *                              └── hold ◄─────┘
 *   readAhead: the beginning is kept, and goes first when it is known where to
 *   discard: what still comes is thrown away, so much and so long at most
 * </pre>
 *
 * <p>The head is written together with the first part of the body, or at the end of the loop's turn
 * when none comes by then; a body of known length ends with its last byte. Most requests so become
 * one write.
 *
 * <p>Trailers of requests do not pass: Vert.x neither shows nor sends them, and HTTP permits to
 * drop them (RFC 9110 section 6.5.1).
 */
final class RequestBody implements BodyReader {
  private static final long MOST_DISCARDED = 64 * 1024;

  /** How long the rest may take once nobody needs it. */
  static final Duration MOST_DISCARDING = Duration.ofSeconds(5);

  private final IncomingRequest source;
  private final Downstream downstream;
  private final RequestRecord record;
  private final IdleWatch.Activity activity;
  private final Handler<Void> resume = v -> resume();
  private final @Nullable GrpcMessages messages;
  private final KeptBody kept;
  private final long length;
  private boolean awaitsGoAhead;
  private long received;
  private long discarded;
  private boolean installed;
  private boolean paused;
  private boolean ended;
  private boolean discarding;
  private Alarms.@Nullable Alarm stop;
  private @Nullable UpstreamCall call;
  private List<Mirror> mirrors = List.of();
  private @Nullable ReadAhead ahead;

  RequestBody(
      IncomingRequest source,
      CanonicalRequest request,
      Downstream downstream,
      RequestRecord record,
      IdleWatch.Activity activity,
      KeptBody kept) {
    this.source = source;
    this.downstream = downstream;
    this.record = record;
    this.activity = activity;
    this.kept = kept;
    this.messages = request.fields().isGrpc() ? new GrpcMessages() : null;
    this.length = lengthOf(request);
    if (length > KeptBody.MOST) {
      kept.letGo();
    }
    this.ended = length == 0;
    this.awaitsGoAhead = request.awaitsGoAhead();
  }

  private static long lengthOf(CanonicalRequest request) {
    String length = request.fields().contentLength;
    if (length != null) {
      return Lengths.parse(length);
    }
    boolean mayFollow = request.isHttp2() || request.fields().transferEncoding != null;
    return mayFollow ? Lengths.UNKNOWN : 0;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** In bytes; -1 when it is not known. */
  long length() {
    return length == Lengths.UNKNOWN ? -1 : length;
  }

  /**
   * Reads more than so many bytes, or all there is, before it is known where they go.
   *
   * @param then gets what was read so far, once
   */
  void readAhead(int most, Consumer<Buffer> then) {
    ReadAhead reading = ahead;
    if (reading == null) {
      reading = new ReadAhead();
      ahead = reading;
      if (awaitsGoAhead) {
        awaitsGoAhead = false;
        downstream.response().writeContinue();
      }
      install();
    }
    reading.want(most, then);
    if (reading.isReading()) {
      resume();
    }
  }

  boolean isEnded() {
    return ended;
  }

  /** Whether another call can still get the whole of it. */
  boolean isWhole() {
    return received == 0 || kept.isWhole();
  }

  /** No further call will want it. */
  void letGo() {
    kept.letGo();
  }

  /**
   * Whether the caller waits to be told to send it. If it is answered instead, nobody knows whether
   * the body comes, so the connection cannot be used again.
   */
  boolean mayNeverCome() {
    return awaitsGoAhead && received == 0 && !ended;
  }

  /** The caller has been told to send it. */
  void goAhead() {
    awaitsGoAhead = false;
  }

  /** Keeps it at the caller until it can go somewhere. */
  void hold() {
    // What was read to its end cannot be paused any more: over HTTP/2 that is an error.
    boolean reading = ahead != null && (ahead.isReading() || ahead.isOver());
    if (!ended && !paused && !discarding && !reading) {
      paused = true;
      source.pause();
    }
  }

  /** Lets it flow behind a head that is complete but for its being written. */
  void sendTo(UpstreamCall target) {
    call = target;
    List<Buffer> again = kept.chunks();
    int last = ended ? again.size() - 1 : again.size();
    for (int i = 0; i < last; i++) {
      target.write(Part.of(again.get(i)), resume);
    }
    if (ended) {
      target.end(last < 0 ? null : Part.of(again.get(last)));
      return;
    }
    install();
    if (ahead != null) {
      passOn(ahead, target);
      if (ended) {
        return;
      }
    } else {
      resume();
    }
    if (awaitsGoAhead) {
      target.writeHead();
    } else {
      target.writeHeadSoon();
    }
  }

  /** Has what follows sent there too. */
  void copyTo(List<Mirror> copies) {
    mirrors = copies;
    if (ended) {
      endMirrors();
    }
  }

  /** Copies of what has not come as a whole would be other requests. */
  void stopCopying() {
    for (int i = 0; i < mirrors.size(); i++) {
      mirrors.get(i).dropUnlessComplete();
    }
  }

  private void endMirrors() {
    for (int i = 0; i < mirrors.size(); i++) {
      mirrors.get(i).end();
    }
  }

  private void install() {
    if (!installed) {
      installed = true;
      source.read(this);
    }
  }

  /** What was read ahead goes first; a queue that it fills lets the rest wait. */
  private void passOn(ReadAhead kept, UpstreamCall target) {
    ahead = null;
    ended |= kept.isOver();
    if (kept.read().length() > 0) {
      pass(Part.of(kept.read()), target);
    } else if (ended) {
      endMirrors();
      target.end(null);
    }
    if (!ended && !target.isFull()) {
      resume();
    }
  }

  private void readAhead(ReadAhead reading, Part chunk) {
    activity.touch();
    reading.add(chunk);
    if (reading.read().length() == length) {
      reading.end();
    }
    reading.tellIfEnough();
    // Told, somebody may have sent it on at once, and then it flows.
    if (reading == ahead) {
      hold();
    }
  }

  @Override
  public void part(Part chunk) {
    UpstreamCall target = call;
    ReadAhead reading = ahead;
    if (reading != null && !discarding) {
      readAhead(reading, chunk);
    } else if (discarding || target == null) {
      discard(chunk);
    } else {
      pass(chunk, target);
    }
  }

  private void pass(Part chunk, UpstreamCall target) {
    received += chunk.length();
    kept.add(chunk);
    activity.touch();
    record.bytesIn(chunk.length());
    if (messages != null) {
      record.messagesIn(messages.count(chunk));
    }
    for (int i = 0; i < mirrors.size(); i++) {
      mirrors.get(i).write(chunk);
    }
    ended |= received == length;
    if (ended) {
      endMirrors();
      target.end(chunk);
    } else if (target.write(chunk, resume)) {
      hold();
    }
  }

  @Override
  public void end() {
    ReadAhead reading = ahead;
    if (reading != null && !discarding) {
      reading.end();
      reading.tellIfEnough();
      return;
    }
    if (ended) {
      return;
    }
    ended = true;
    if (stop != null) {
      stop.cancel();
    }
    UpstreamCall target = call;
    if (target != null && !discarding) {
      endMirrors();
      target.end(null);
    }
  }

  private void resume() {
    if (paused && !ended) {
      paused = false;
      source.resume();
    }
  }

  /** Nobody needs the rest: the answer is complete. */
  void discard() {
    call = null;
    letGo();
    boolean over = ahead != null && ahead.isOver();
    ahead = null;
    ended |= over;
    stopCopying();
    if (ended) {
      downstream.watchRest();
      return;
    }
    if (discarding || downstream.isClosing()) {
      return;
    }
    discarding = true;
    install();
    resume();
    if (downstream.isHttp2()) {
      downstream.later(this::stopWhenSent);
    } else if (!ended) {
      stop = downstream.after(MOST_DISCARDING, this::stopUnlessEnded);
    }
  }

  /**
   * Over HTTP/2 the end of a request without body is seen just after its head was handled. What
   * stops a request there takes with it what has not gone of its answer.
   */
  private void stopWhenSent() {
    downstream.whenSent(this::stopUnlessEnded);
  }

  private void stopUnlessEnded() {
    if (!ended) {
      ended = true;
      downstream.stopReading();
    }
  }

  private void discard(Part chunk) {
    discarded += chunk.length();
    // Over HTTP/2 the answer sets the end. A caller who reads it only when all is sent gets there.
    boolean untilSent = discarding && downstream.isHttp2();
    if (discarded > MOST_DISCARDED && !untilSent) {
      stopUnlessEnded();
    }
  }
}
