// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 frame as it is on the wire (RFC 9113 section 4.1), and the bytes to build others. */
record RawFrame(int type, int flags, int stream, byte[] payload, @Nullable Http2Headers fields) {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 0x1;
  static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;

  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int FLOW_CONTROL_ERROR = 3;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE_ERROR = 6;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int COMPRESSION_ERROR = 9;
  static final int ENHANCE_YOUR_CALM = 11;

  RawFrame(int type, int flags, int stream, byte[] payload) {
    this(type, flags, stream, payload, null);
  }

  boolean is(int wantedType, int wantedStream) {
    return type == wantedType && stream == wantedStream;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The 32-bit number at {@code offset} of the payload: an error code, an increment, a setting. */
  int number(int offset) {
    return ByteBuffer.wrap(payload).getInt(offset);
  }

  String text() {
    return new String(payload, StandardCharsets.ISO_8859_1);
  }

  byte[] encoded() {
    ByteBuffer bytes = ByteBuffer.allocate(9 + payload.length);
    bytes.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    bytes.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    return bytes.array();
  }

  /** The fields of a HEADERS frame that was received. */
  Http2Headers headers() {
    return Objects.requireNonNull(fields);
  }

  /** The same with its fields, if it is HEADERS; frames are decoded in the order they came. */
  RawFrame decoded(DefaultHttp2HeadersDecoder decoder) {
    if (type != HEADERS) {
      return this;
    }
    try {
      Http2Headers read = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
      return new RawFrame(type, flags, stream, payload, read);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  static byte[] ints(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  /** The payload of SETTINGS: pairs of identifier and value. */
  static byte[] settings(int... pairs) {
    ByteBuffer bytes = ByteBuffer.allocate(3 * pairs.length);
    for (int i = 0; i < pairs.length; i += 2) {
      bytes.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return bytes.array();
  }

  /** HPACK with literal fields only, names and values in turn, in this order and unchecked. */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      bytes.write(0);
      string(bytes, namesAndValues[i]);
      string(bytes, namesAndValues[i + 1]);
    }
    return bytes.toByteArray();
  }

  private static void string(ByteArrayOutputStream bytes, String text) {
    byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = raw.length;
    if (rest < 127) {
      bytes.write(rest);
    } else {
      bytes.write(127);
      rest -= 127;
      for (; rest >= 128; rest >>= 7) {
        bytes.write(rest % 128 + 128);
      }
      bytes.write(rest);
    }
    bytes.writeBytes(raw);
  }
}
