// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.http1.Part;

/**
 * Counts the messages in one direction of a gRPC call: each is a flag byte, a length of four bytes
 * and that many bytes. Lengths may be split over chunks; nothing is copied.
 */
final class GrpcMessages {
  private static final int PREFIX = 5;

  private int prefixRead;
  private long length;
  private long skip;

  /** How many messages begin with the bytes of this chunk. */
  int count(Part chunk) {
    int messages = 0;
    int at = 0;
    int end = chunk.length();
    while (at < end) {
      if (skip > 0) {
        long step = Math.min(skip, end - at);
        skip -= step;
        at += (int) step;
        continue;
      }
      if (prefixRead > 0) {
        length = length << 8 | chunk.at(at) & 0xff;
      }
      at++;
      if (++prefixRead == PREFIX) {
        messages++;
        skip = length;
        length = 0;
        prefixRead = 0;
      }
    }
    return messages;
  }
}
