// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked, in turn: made once, sent as it is. */
final class Requests {
  private final List<String> paths;
  private final List<ByteBuf> heads = new ArrayList<>();
  private final Cell.Load load;
  private int next;

  /**
   * @param token every request's; null for none
   */
  Requests(List<String> paths, Cell.Load load, @Nullable String token) {
    this.paths = paths;
    this.load = load;
    for (String path : paths) {
      byte[] head =
          ((load.requestBytes() == 0 ? "GET " : "POST ")
                  + path
                  + " HTTP/1.1\r\nhost: echo.bench\r\nuser-agent: waypoint-bench\r\naccept: */*\r\n"
                  + "x-response-bytes: "
                  + load.responseBytes()
                  + (token == null ? "" : "\r\nauthorization: Bearer " + token)
                  + (load.requestBytes() == 0 ? "" : "\r\ncontent-length: " + load.requestBytes())
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      heads.add(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(head).asReadOnly()));
    }
  }

  /** The head of the next request as HTTP/1.1; not to be released. */
  ByteBuf nextHead() {
    return heads.get(turn()).duplicate();
  }

  String nextPath() {
    return paths.get(turn());
  }

  private int turn() {
    int now = next;
    next = now + 1 == paths.size() ? 0 : now + 1;
    return now;
  }

  Cell.Load load() {
    return load;
  }
}
