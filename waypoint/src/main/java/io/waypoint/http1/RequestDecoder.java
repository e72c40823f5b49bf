// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.http.HttpVersion;
import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one HTTP/1 connection (RFC 9112) from the bytes that have arrived, however
 * these are cut. Nothing that can be understood in two ways is understood at all.
 *
 * <pre>
 *   HEAD ─┬─ no body ──────────────────────────────────────────► HEAD
 *         ├─► LENGTH ──────────────────────────────────────────► HEAD
 *         └─► CHUNK_LINE ─┬─► CHUNK ─► CHUNK_END ─► CHUNK_LINE
 *                         └─► TRAILERS ────────────────────────► HEAD
 *   any of them ─► BROKEN
 * </pre>
 *
 * <p>Whoever owns the bytes asks for the {@link #next} event and hands in the same bytes again,
 * with more behind them, after {@link Event#MORE}; what was looked at is not looked at again.
 * Trailers are judged and dropped, as HTTP permits (RFC 9110 section 6.5.1).
 */
public final class RequestDecoder {
  /** What has come. */
  public enum Event {
    /** Nothing that is whole. */
    MORE,
    /** A head; its body, if it has one, follows. */
    HEAD,
    /**
     * Bytes of the body: {@link #part} of them, from the reader index on, which the reader moves.
     */
    PART,
    /** The body's end. */
    END,
    /** Something is wrong: {@link #refusal} says what. Nothing comes after it. */
    BROKEN
  }

  private enum State {
    HEAD,
    LENGTH,
    CHUNK_LINE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    BROKEN
  }

  /** Sections are read in here, one a thread: an array is read faster than a buffer. */
  private static final FastThreadLocal<byte[]> WINDOWS = new FastThreadLocal<>();

  private static final int NOT_YET = -1;

  /** Or wrong in another way that shows before the end. */
  private static final int WRONG = -2;

  private final RequestLimits limits;
  private final RequestHead head;
  private State state = State.HEAD;
  private @Nullable Refusal refusal;

  /**
   * Where the line begins that is not whole, and how far it was looked at: from the reader index.
   */
  private int lineStart;

  private int scanned;
  private boolean inFields;
  private int fieldCount;
  private int sectionStart;
  private int fieldsStart;
  private int blankLines;

  private long left;
  private int part;
  private int extensions;

  public RequestDecoder(RequestLimits limits) {
    this.limits = limits;
    this.head = new RequestHead();
  }

  /** The next thing there is. */
  public Event next(ByteBuf in) {
    while (true) {
      Event event =
          switch (state) {
            case HEAD -> head(in);
            case LENGTH, CHUNK -> part(in);
            case CHUNK_LINE -> chunkLine(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> trailers(in);
            case BROKEN -> Event.BROKEN;
          };
      if (event != null) {
        return event;
      }
    }
  }

  /** Whether a body has begun that has not ended. */
  public boolean insideBody() {
    return state != State.HEAD && state != State.BROKEN;
  }

  /** How many bytes of the body are there, after {@link Event#PART}. */
  public int part() {
    return part;
  }

  /** The reader has taken the part. */
  public void taken() {
    left -= part;
    part = 0;
    if (left == 0) {
      state = state == State.CHUNK ? State.CHUNK_END : State.HEAD;
    }
  }

  public @Nullable Refusal refusal() {
    return refusal;
  }

  public String method() {
    return head.method;
  }

  /** Of the last head, once; one character a byte. */
  public String takeTarget() {
    return head.takeTarget();
  }

  public HttpVersion version() {
    return head.http10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
  }

  /** Of the last head, once: they belong to whoever takes them. */
  public Fields takeFields() {
    return head.takeFields();
  }

  private Event broken(Refusal reason) {
    refusal = reason;
    state = State.BROKEN;
    return Event.BROKEN;
  }

  private Event head(ByteBuf in) {
    int end = sectionEnd(in);
    if (end < 0) {
      return end == NOT_YET ? Event.MORE : Event.BROKEN;
    }
    byte[] window = window(in, end);
    int from = sectionStart;
    sectionStart = 0;
    in.skipBytes(end);
    blankLines = 0;
    Refusal wrong = head.read(window, from, end);
    if (wrong != null) {
      return broken(wrong);
    }
    left = head.length;
    if (head.chunked) {
      extensions = 0;
      state = State.CHUNK_LINE;
    } else if (left > 0) {
      state = State.LENGTH;
    }
    return Event.HEAD;
  }

  /**
   * Where the section ends that the reader index is in: behind its empty line. Lines are told by LF
   * alone here, so that a wrong end of line is found by whoever reads the section instead of being
   * waited for.
   */
  private int sectionEnd(ByteBuf in) {
    int start = in.readerIndex();
    int there = in.readableBytes();
    while (true) {
      int lf = in.indexOf(start + scanned, start + there, (byte) '\n');
      if (lf < 0) {
        scanned = there;
        return isTooLarge(there) ? WRONG : NOT_YET;
      }
      int next = lf - start + 1;
      if (isTooLarge(next)) {
        return WRONG;
      }
      int length = next - 1 - lineStart;
      boolean blank = length == 0 || length == 1 && in.getByte(lf - 1) == '\r';
      lineStart = next;
      scanned = next;
      if (blank && !inFields && state == State.HEAD) {
        if (length == 0 || ++blankLines > RequestLimits.BLANK_LINES) {
          broken(length == 0 ? Refusal.REQUEST_LINE_END : Refusal.REQUEST_LINE);
          return WRONG;
        }
        sectionStart = next;
      } else if (blank) {
        endSection();
        return next;
      } else if (inFields || state == State.TRAILERS) {
        if (++fieldCount > limits.fieldCount()) {
          broken(
              state == State.TRAILERS ? Refusal.REQUEST_TRAILER : Refusal.REQUEST_TOO_MANY_FIELDS);
          return WRONG;
        }
      } else {
        inFields = true;
        fieldsStart = next;
      }
    }
  }

  private void endSection() {
    lineStart = 0;
    scanned = 0;
    inFields = false;
    fieldCount = 0;
    fieldsStart = 0;
  }

  private boolean isTooLarge(int end) {
    if (state == State.HEAD && !inFields) {
      if (end - sectionStart > limits.line() + 2) {
        broken(Refusal.REQUEST_TARGET_TOO_LONG);
        return true;
      }
    } else if (end - fieldsStart > limits.fields() + 2) {
      broken(state == State.TRAILERS ? Refusal.REQUEST_TRAILER : Refusal.REQUEST_FIELDS_TOO_LARGE);
      return true;
    }
    return false;
  }

  private static byte[] window(ByteBuf in, int length) {
    byte[] mine = WINDOWS.get();
    if (mine == null || mine.length < length) {
      mine = new byte[Math.max(4096, Integer.highestOneBit(length) * 2)];
      WINDOWS.set(mine);
    }
    in.getBytes(in.readerIndex(), mine, 0, length);
    return mine;
  }

  private Event part(ByteBuf in) {
    int there = in.readableBytes();
    if (there == 0) {
      return Event.MORE;
    }
    part = (int) Math.min(there, left);
    return Event.PART;
  }

  /** Where the line ends that begins at the reader index: the place of its CR; negative so far. */
  private int lineEnd(ByteBuf in, int longest) {
    int start = in.readerIndex();
    int there = in.readableBytes();
    int lf = in.indexOf(start + scanned, start + there, (byte) '\n');
    int length = lf < 0 ? there : lf - start;
    if (length > longest + 1) {
      return WRONG;
    }
    if (lf < 0) {
      scanned = there;
      return NOT_YET;
    }
    scanned = 0;
    return length > 0 && in.getByte(lf - 1) == '\r' ? length - 1 : WRONG;
  }

  private @Nullable Event chunkLine(ByteBuf in) {
    int end = lineEnd(in, RequestLimits.CHUNK_LINE);
    if (end < 0) {
      return end == NOT_YET ? Event.MORE : broken(Refusal.REQUEST_CHUNK);
    }
    long size = 0;
    int digits = 0;
    int start = in.readerIndex();
    for (int digit; digits < end; digits++) {
      digit = Character.digit((char) (in.getByte(start + digits) & 0xff), 16);
      if (digit < 0) {
        break;
      }
      if (digits == RequestLimits.CHUNK_DIGITS) {
        return broken(Refusal.REQUEST_CHUNK);
      }
      size = size << 4 | digit;
    }
    extensions += end - digits;
    boolean good =
        digits > 0
            && size <= Integer.MAX_VALUE
            && extensions <= RequestLimits.EXTENSIONS
            && (digits == end || in.getByte(start + digits) == ';')
            && isText(in, start + digits, start + end);
    if (!good) {
      return broken(Refusal.REQUEST_CHUNK);
    }
    in.skipBytes(end + 2);
    left = size;
    state = size == 0 ? State.TRAILERS : State.CHUNK;
    return null;
  }

  private static boolean isText(ByteBuf in, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = in.getByte(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Event chunkEnd(ByteBuf in) {
    int there = in.readableBytes();
    int start = in.readerIndex();
    if (there > 0 && in.getByte(start) != '\r' || there > 1 && in.getByte(start + 1) != '\n') {
      return broken(Refusal.REQUEST_CHUNK);
    }
    if (there < 2) {
      return Event.MORE;
    }
    in.skipBytes(2);
    state = State.CHUNK_LINE;
    return null;
  }

  private Event trailers(ByteBuf in) {
    int end = sectionEnd(in);
    if (end < 0) {
      return end == NOT_YET ? Event.MORE : Event.BROKEN;
    }
    byte[] window = window(in, end);
    if (!RequestHead.areTrailers(window, end)) {
      return broken(Refusal.REQUEST_TRAILER);
    }
    in.skipBytes(end);
    state = State.HEAD;
    return Event.END;
  }
}
