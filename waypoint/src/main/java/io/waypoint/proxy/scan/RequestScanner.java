// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of one HTTP/1 connection before the decoder does, and lets through only what can
 * be understood in one way. Decoders join folded fields, take tabs for spaces, any version and any
 * number of hosts; behind them nobody can tell any more.
 *
 * <pre>
 *  REQUEST_LINE ─► FIELDS ─┬─► no body ────────────────────────────► REQUEST_LINE
 *                          ├─► BODY ───────────────────────────────► REQUEST_LINE
 *                          ├─► CHUNK_SIZE ─┬─► CHUNK ─► CHUNK_END ─► CHUNK_SIZE
 *                          │               └─► TRAILERS ───────────► REQUEST_LINE
 *                          └─► UPGRADE ────┬─ declined() ──────────► REQUEST_LINE
 *                                          └─ opaque() ────────────► OPAQUE
 *  any of them ─► REFUSED
 * </pre>
 *
 * <p>The caller keeps the bytes that were not released and hands them in again with more behind
 * them; what was looked at before is not looked at again. Heads, chunk lines and trailer sections
 * are released whole or not at all. Not thread-safe; nothing is allocated for a request.
 */
public final class RequestScanner {
  /** Lines are judged in here, one a thread: an array is read faster than a buffer. */
  private static final FastThreadLocal<byte[]> WINDOWS = new FastThreadLocal<>();

  /** The end of a line, and a byte that shows that it is longer. */
  private static final int BEYOND_LINE = 4;

  private enum State {
    REQUEST_LINE,
    FIELDS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UPGRADE,
    OPAQUE,
    REFUSED
  }

  private final ScanLimits limits;
  private final RequestLine requestLine;
  private final HeadFields fields = new HeadFields();
  private State state = State.REQUEST_LINE;
  private @Nullable Refusal refusal;
  private boolean insideMessage;

  // Offsets from the reader index of the caller's buffer.
  private int lineStart;
  private int scanned;
  private int released;

  // What is left of a body or chunk, and what was used up of the limits.
  private long left;
  private int blankLines;
  private int fieldCount;
  private int fieldBytes;
  private int extensionBytes;

  // A copy of the caller's bytes between two offsets, for the duration of one call.
  private byte[] window = new byte[0];
  private int windowStart;
  private int windowEnd;

  public RequestScanner(ScanLimits limits) {
    this.limits = limits;
    this.requestLine = new RequestLine(limits.target());
  }

  /**
   * Judges what is new.
   *
   * @param held everything that was not released yet; its indices are left alone
   * @return how many bytes, from the reader index on, go to the decoder now. After a refusal these
   *     are the last ones; see {@link #refusal}
   */
  public int feed(ByteBuf held) {
    int end = held.readableBytes();
    window = window();
    windowStart = 0;
    windowEnd = 0;
    released = 0;
    boolean more = true;
    while (more) {
      more =
          switch (state) {
            case BODY, CHUNK -> skip(end);
            case OPAQUE -> pass(end);
            case UPGRADE, REFUSED -> false;
            case REQUEST_LINE, FIELDS, CHUNK_SIZE, CHUNK_END, TRAILERS -> line(held, end);
          };
    }
    lineStart -= released;
    scanned -= released;
    return released;
  }

  /**
   * Why nothing more is let through; null while nothing was wrong. If the refused request is {@link
   * #insideMessage not yet known} to the decoder, a {@link RefusedRequest} stands in for it.
   */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /**
   * Whether the head of the refused request was released before, so that the decoder waits for the
   * rest of its body: then nothing can stand in for it, and the exchange has to be broken off.
   */
  public boolean insideMessage() {
    return insideMessage;
  }

  /** Whether a head has begun and is not complete: the time for heads runs. */
  public boolean headPending() {
    return state == State.FIELDS || state == State.REQUEST_LINE && scanned > lineStart;
  }

  /**
   * Whether everything waits for the answer to a request for an upgrade: {@link #opaque} or {@link
   * #declined} goes on. Until then nothing is released, so the caller should stop reading.
   */
  public boolean upgradePending() {
    return state == State.UPGRADE;
  }

  /** The protocol was changed: what is held and what follows is not HTTP/1 and passes as it is. */
  public void opaque() {
    state = State.OPAQUE;
  }

  /** The upgrade got an ordinary answer: what is held and what follows is the next request. */
  public void declined() {
    if (state == State.UPGRADE) {
      state = State.REQUEST_LINE;
    }
  }

  private byte[] window() {
    int size = limits.line() + BEYOND_LINE;
    byte[] mine = WINDOWS.get();
    if (mine == null || mine.length < size) {
      mine = new byte[size];
      WINDOWS.set(mine);
    }
    return mine;
  }

  private boolean pass(int end) {
    lineStart = end;
    scanned = end;
    released = end;
    return false;
  }

  private boolean skip(int end) {
    int taken = (int) Math.min(left, end - scanned);
    left -= taken;
    pass(scanned + taken);
    if (left > 0) {
      return false;
    }
    state = state == State.BODY ? State.REQUEST_LINE : State.CHUNK_END;
    return true;
  }

  /** Goes on with a line to its end; false if that has not come yet or never will. */
  private boolean line(ByteBuf held, int end) {
    boolean[] allowed = state == State.REQUEST_LINE ? Octets.LINE : Octets.FIELD;
    int limit = lineStart + longest();
    int at = scanned;
    while (true) {
      if (at >= windowEnd) {
        if (at >= end) {
          scanned = at;
          return false;
        }
        load(held, end);
      }
      int stop = Math.min(windowEnd, limit);
      while (at < stop && allowed[window[at - windowStart] & 0xff]) {
        at++;
      }
      if (at == windowEnd) {
        continue;
      }
      byte c = window[at - windowStart];
      if (c != Octets.CR) {
        return refuse(allowed[c & 0xff] ? tooLong() : unwanted(c));
      }
      if (at + 1 == end) {
        scanned = at;
        return false;
      }
      if (at + 1 == windowEnd) {
        load(held, end);
      }
      return window[at + 1 - windowStart] == Octets.LF ? lineEnds(at) : refuse(unwanted(c));
    }
  }

  /** A line never fills the window: it would have been too long before. */
  private void load(ByteBuf held, int end) {
    windowStart = lineStart;
    windowEnd = Math.min(end, lineStart + window.length);
    // Reading does not allocate; getting from a direct buffer makes a view of it first.
    int reader = held.readerIndex();
    held.skipBytes(lineStart).readBytes(window, 0, windowEnd - lineStart).readerIndex(reader);
  }

  private boolean lineEnds(int at) {
    int from = lineStart - windowStart;
    int to = at - windowStart;
    lineStart = at + 2;
    scanned = lineStart;
    return switch (state) {
      case REQUEST_LINE -> requestLineEnds(from, to);
      case FIELDS -> fieldEnds(from, to);
      case CHUNK_SIZE -> chunkLineEnds(from, to);
      case TRAILERS -> trailerEnds(from, to);
      default -> {
        released = lineStart;
        state = State.CHUNK_SIZE;
        yield true;
      }
    };
  }

  private boolean requestLineEnds(int from, int to) {
    if (from == to) {
      blankLines++;
      return blankLines <= ScanLimits.BLANK_LINES || refuse(Refusal.REQUEST_LINE);
    }
    Refusal wrong = requestLine.judge(window, from, to);
    fields.reset();
    beginFields(State.FIELDS);
    return wrong == null || refuse(wrong);
  }

  private void beginFields(State section) {
    state = section;
    fieldCount = 0;
    fieldBytes = 0;
  }

  private boolean fieldEnds(int from, int to) {
    if (from == to) {
      return headEnds();
    }
    if (isOneTooMany(from, to)) {
      return refuse(Refusal.REQUEST_TOO_MANY_FIELDS);
    }
    Refusal wrong = fields.judge(window, from, to);
    return wrong == null || refuse(wrong);
  }

  private boolean isOneTooMany(int from, int to) {
    fieldCount++;
    fieldBytes += to - from + 2;
    return fieldCount > limits.fieldCount();
  }

  private boolean headEnds() {
    Refusal wrong = fields.judgeAll(requestLine);
    if (wrong != null) {
      return refuse(wrong);
    }
    released = lineStart;
    blankLines = 0;
    extensionBytes = 0;
    left = fields.length();
    if (fields.isChunked()) {
      state = State.CHUNK_SIZE;
    } else if (left > 0) {
      state = State.BODY;
    } else {
      state = fields.upgrades(requestLine) ? State.UPGRADE : State.REQUEST_LINE;
    }
    return true;
  }

  private boolean chunkLineEnds(int from, int to) {
    int digits = ChunkLine.digits(window, from, to);
    extensionBytes += to - Math.max(digits, from);
    if (digits < 0 || extensionBytes > ScanLimits.CHUNK_EXTENSIONS) {
      return refuse(Refusal.REQUEST_CHUNK);
    }
    left = ChunkLine.size(window, from, digits);
    if (left > Integer.MAX_VALUE) {
      return refuse(Refusal.REQUEST_CHUNK);
    }
    if (left == 0) {
      // Held until the trailers are judged: the decoder ends the request with them.
      beginFields(State.TRAILERS);
    } else {
      state = State.CHUNK;
      released = lineStart;
    }
    return true;
  }

  private boolean trailerEnds(int from, int to) {
    if (from == to) {
      released = lineStart;
      state = State.REQUEST_LINE;
      return true;
    }
    boolean isGood = !isOneTooMany(from, to) && HeadFields.colon(window, from, to) > 0;
    return isGood || refuse(Refusal.REQUEST_TRAILER);
  }

  private int longest() {
    return switch (state) {
      case REQUEST_LINE -> limits.requestLine();
      case FIELDS, TRAILERS ->
          Math.max(0, Math.min(ScanLimits.FIELD, limits.fields() - fieldBytes - 2));
      case CHUNK_SIZE -> ScanLimits.CHUNK_LINE;
      default -> 0;
    };
  }

  private Refusal tooLong() {
    return switch (state) {
      case REQUEST_LINE -> Refusal.REQUEST_TARGET_TOO_LONG;
      case FIELDS -> Refusal.REQUEST_FIELDS_TOO_LARGE;
      default -> unwanted((byte) ' ');
    };
  }

  private Refusal unwanted(byte c) {
    return switch (state) {
      case TRAILERS -> Refusal.REQUEST_TRAILER;
      case REQUEST_LINE, FIELDS -> {
        if (c == Octets.CR || c == Octets.LF) {
          yield Refusal.REQUEST_LINE_END;
        }
        yield state == State.FIELDS ? Refusal.REQUEST_FIELD_SYNTAX : Refusal.REQUEST_LINE;
      }
      default -> Refusal.REQUEST_CHUNK;
    };
  }

  private boolean refuse(Refusal reason) {
    refusal = reason;
    insideMessage = state != State.REQUEST_LINE && state != State.FIELDS;
    state = State.REFUSED;
    return false;
  }
}
