// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a reader has made of some bytes, as text: one line for each answer. */
final class Recorded implements ResponseReader.Sink {
  private final List<String> answers = new ArrayList<>();
  private final ResponseReader reader;
  private String head = "";
  private StringBuilder body = new StringBuilder();
  private String failure = "";

  private Recorded(int headBytes) {
    reader = new ResponseReader(this, new HeadScratch(), new Wording(), headBytes);
  }

  static Recorded of(String bytes, boolean head, int... pieces) {
    return of(bytes, head, false, pieces);
  }

  /**
   * Reads bytes to the connection's end.
   *
   * @param pieces where one piece ends and the next begins
   */
  static Recorded of(String bytes, boolean head, boolean upgrade, int... pieces) {
    var recorded = new Recorded(1_000);
    recorded.reader.expect(head, upgrade);
    int from = 0;
    for (int i = 0; i <= pieces.length && recorded.failure.isEmpty(); i++) {
      int to = i == pieces.length ? bytes.length() : pieces[i];
      recorded.feed(bytes.substring(from, to));
      from = to;
    }
    if (recorded.failure.isEmpty() && !recorded.reader.isIdle() && !recorded.reader.endsHere()) {
      recorded.failure = "incomplete";
    }
    return recorded;
  }

  /** The same byte by byte. */
  static Recorded slowly(String bytes, boolean head, boolean upgrade) {
    int[] pieces = new int[Math.max(0, bytes.length() - 1)];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = i + 1;
    }
    return of(bytes, head, upgrade, pieces);
  }

  private void feed(String piece) {
    ByteBuf in = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
    try {
      while (in.isReadable()) {
        if (reader.isIdle()) {
          failure = "unasked";
          return;
        }
        reader.read(in);
      }
    } catch (MalformedMessageException e) {
      failure = "malformed";
    }
  }

  @Override
  public void interim(int status, Fields fields) {
    answers.add(status + " " + fields.entries());
  }

  @Override
  public void head(int status, boolean http10, Fields fields) {
    head = status + (http10 ? " (1.0) " : " ") + fields.entries();
  }

  @Override
  public void part(ByteBuf in, int length) {
    body.append(in.readCharSequence(length, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void end(Fields trailers) {
    answers.add(head + " {" + body + "}" + (trailers.isEmpty() ? "" : trailers.entries()));
    head = "";
    body = new StringBuilder();
  }

  boolean isWhole() {
    return failure.isEmpty();
  }

  boolean isReusable() {
    return reader.isReusable();
  }

  String failure() {
    return failure;
  }

  @Override
  public String toString() {
    String rest = head.isEmpty() ? "" : head + " {" + body;
    return String.join("\n", answers) + rest + failure;
  }
}
