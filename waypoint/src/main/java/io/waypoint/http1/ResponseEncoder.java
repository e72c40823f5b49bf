// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the heads of responses (RFC 9112 section 4). */
public final class ResponseEncoder {
  private static final byte[] HTTP_1_0 = "HTTP/1.0 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HTTP_1_1 = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
  private static final int HIGHEST = 599;

  /** By status: the rest of the status line, behind the version. */
  private static final byte[][] REASONS = new byte[HIGHEST + 1][];

  static {
    for (int status = 100; status <= HIGHEST; status++) {
      REASONS[status] = reason(status);
    }
  }

  private ResponseEncoder() {}

  private static byte[] reason(int status) {
    String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
    return (status + " " + reason + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A head, with the empty line that ends it.
   *
   * @param http10 whether the caller speaks the old version
   * @param fields null for none
   * @throws IllegalArgumentException if that is no status
   */
  public static void head(ByteBuf to, boolean http10, int status, @Nullable Fields fields) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("a status has three digits");
    }
    to.writeBytes(http10 ? HTTP_1_0 : HTTP_1_1);
    to.writeBytes(status <= HIGHEST ? REASONS[status] : reason(status));
    if (fields != null) {
      fields.writeTo(to);
    }
    to.writeShort(Text.CRLF);
  }
}
