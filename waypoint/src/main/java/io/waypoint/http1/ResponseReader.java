// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;

/**
 * Reads the answers on one connection, in whatever pieces they come (RFC 9112 sections 4 to 7).
 *
 * <pre>
 *   IDLE ─ expect ─► STATUS ─► FIELDS ─┬─ interim ──► STATUS
 *                                      ├─ no body ──► IDLE
 *                                      ├─► LENGTH ──► IDLE
 *                                      ├─► CHUNK_SIZE ─► CHUNK ─► CHUNK_END ─► CHUNK_SIZE
 *                                      │       └─ the last ─► TRAILERS ─► IDLE
 *                                      └─► UNTIL_CLOSE, SWITCHED: the connection's end is theirs
 * </pre>
 */
final class ResponseReader {
  /** Where in an answer the next byte belongs. */
  enum State {
    IDLE,
    STATUS,
    FIELDS,
    LENGTH,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE,
    SWITCHED
  }

  /** Gets what was read. */
  interface Sink {
    /** An answer that is not the last word: 100 or 103; others are left out. */
    void interim(int status, Fields fields);

    void head(int status, boolean http10, Fields fields);

    /**
     * A part of the body.
     *
     * @param in exactly {@code length} bytes of it are to be read
     */
    void part(ByteBuf in, int length);

    /** The answer is complete. */
    void end(Fields trailers);
  }

  /** Before an answer; 102 and 104 come more than once where an endpoint takes its time. */
  static final int MOST_INTERIM = 64;

  private static final int MOST_FIELDS = 256;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Sink sink;
  private final HeadLines lines;
  private final ChunkSize chunk = new ChunkSize();
  private final Wording wording;
  private Fields fields = new Fields();
  private State state = State.IDLE;
  private boolean toHead;
  private boolean toUpgrade;
  private boolean http10;
  private boolean reusable;
  private int status;
  private int interim;
  private long left;

  /**
   * @param headBytes the largest head, and the largest trailers, that are taken
   */
  ResponseReader(Sink sink, HeadScratch scratch, Wording wording, int headBytes) {
    this.sink = sink;
    this.lines = new HeadLines(scratch, headBytes, MOST_FIELDS + 1);
    this.wording = wording;
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  /** Whether the other protocol has begun. */
  boolean isSwitched() {
    return state == State.SWITCHED;
  }

  /** Whether the last answer left the connection as good as it was. */
  boolean isReusable() {
    return state == State.IDLE && reusable;
  }

  /**
   * A request is on its way.
   *
   * @param head whether its answer has no body whatever it says
   * @param upgrade whether it asks for another protocol
   */
  void expect(boolean head, boolean upgrade) {
    toHead = head;
    toUpgrade = upgrade;
    reusable = true;
    interim = 0;
    state = State.STATUS;
  }

  /** Reads one thing: a line, or as much of the body as there is. */
  void read(ByteBuf in) throws MalformedMessageException {
    switch (state) {
      case IDLE -> throw new MalformedMessageException("nobody has asked");
      case STATUS, FIELDS -> readHead(in);
      case LENGTH -> readPart(in);
      case CHUNK_SIZE -> readChunkSize(in);
      case CHUNK -> readPart(in);
      case CHUNK_END -> {
        if (chunk.readEnd(in)) {
          state = State.CHUNK_SIZE;
        }
      }
      case TRAILERS -> readTrailers(in);
      case UNTIL_CLOSE, SWITCHED -> sink.part(in, in.readableBytes());
    }
  }

  /**
   * Nothing more comes.
   *
   * @return whether that completes an answer
   */
  boolean endsHere() {
    return switch (state) {
      case UNTIL_CLOSE, SWITCHED -> {
        state = State.IDLE;
        sink.end(new Fields());
        yield true;
      }
      default -> false;
    };
  }

  private void readHead(ByteBuf in) throws MalformedMessageException {
    switch (lines.take(in)) {
      case MORE -> {}
      case LINE -> {
        if (state == State.STATUS) {
          readStatus(lines.bytes());
          state = State.FIELDS;
        }
        if (!in.isReadable()) {
          lines.pause();
        }
      }
      case COMPLETE -> headComplete(in);
    }
  }

  /** {@code HTTP/1.1 200 OK}; the reason is not looked at, but it must be one. */
  private void readStatus(byte[] line) throws MalformedMessageException {
    boolean good = lines.length() >= 14;
    for (int i = 0; good && i < 7; i++) {
      good = line[i] == "HTTP/1.".charAt(i);
    }
    if (!good || line[7] != '0' && line[7] != '1' || line[8] != ' ') {
      throw new MalformedMessageException("a status line is none of HTTP/1");
    }
    http10 = line[7] == '0';
    status = 0;
    for (int i = 9; i < 12; i++) {
      if (line[i] < '0' || line[i] > '9') {
        throw new MalformedMessageException("a status is no number");
      }
      status = 10 * status + line[i] - '0';
    }
    if (status < 100 || line[12] != ' ' && line[12] != '\r') {
      throw new MalformedMessageException("a status has not three digits");
    }
    FieldLines.endOfLine(line, 12);
  }

  private void headComplete(ByteBuf in) throws MalformedMessageException {
    if (state == State.STATUS) {
      throw new MalformedMessageException("a head begins with an empty line");
    }
    byte[] bytes = lines.bytes();
    Fields read = new Fields();
    FieldLines.read(bytes, FieldLines.endOfLine(bytes, 0) + 2, lines.length(), wording, read);
    lines.clear();
    ResponseFraming framing = ResponseFraming.of(read, http10);
    if (status < 200 && status != SWITCHING_PROTOCOLS) {
      interim(read);
      return;
    }
    fields = read;
    reusable &= framing.keepsAlive();
    begin(framing, in);
  }

  /** RFC 9110 section 15.2: those that nobody knows may be ignored, but they are no answer. */
  private void interim(Fields read) throws MalformedMessageException {
    if (++interim > MOST_INTERIM) {
      throw new MalformedMessageException("the interim answers have no end");
    }
    state = State.STATUS;
    if (status == 100 || status == 103) {
      sink.interim(status, read);
    }
  }

  private void begin(ResponseFraming framing, ByteBuf in) {
    boolean switched = status == SWITCHING_PROTOCOLS && toUpgrade;
    boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
    left = framing.length();
    if (switched) {
      state = State.SWITCHED;
    } else if (bodiless || left == 0) {
      state = State.IDLE;
    } else if (framing.chunked()) {
      state = State.CHUNK_SIZE;
    } else {
      state = left > 0 ? State.LENGTH : State.UNTIL_CLOSE;
    }
    // Who announces a body where none may be may send it, too.
    boolean ambiguous = status == 204 && !toHead && (left > 0 || framing.chunked());
    reusable &= status >= 200 && state != State.UNTIL_CLOSE && !ambiguous;
    if (state == State.IDLE) {
      reusable &= !in.isReadable();
      sink.head(status, http10, fields);
      sink.end(new Fields());
    } else {
      sink.head(status, http10, fields);
    }
  }

  private void readPart(ByteBuf in) {
    int length = (int) Math.min(left, in.readableBytes());
    left -= length;
    if (left > 0) {
      sink.part(in, length);
    } else if (state == State.CHUNK) {
      state = State.CHUNK_END;
      sink.part(in, length);
    } else {
      state = State.IDLE;
      reusable &= in.readableBytes() == length;
      sink.part(in, length);
      sink.end(new Fields());
    }
  }

  private void readChunkSize(ByteBuf in) throws MalformedMessageException {
    if (chunk.read(in)) {
      left = chunk.size();
      state = left == 0 ? State.TRAILERS : State.CHUNK;
    }
  }

  private void readTrailers(ByteBuf in) throws MalformedMessageException {
    HeadLines.Progress progress = lines.take(in);
    if (progress == HeadLines.Progress.COMPLETE) {
      Fields trailers = new Fields();
      FieldLines.read(lines.bytes(), 0, lines.length(), wording, trailers);
      lines.clear();
      chunk.clear();
      state = State.IDLE;
      reusable &= !in.isReadable();
      sink.end(trailers);
    } else if (!in.isReadable()) {
      lines.pause();
    }
  }
}
