// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import java.util.Arrays;

/** Room for one head that comes in one piece, shared by the connections of one event loop. */
public final class HeadScratch {
  private byte[] bytes = new byte[4 * 1024];

  /** Room for so many bytes; what is there stays. */
  byte[] room(int size) {
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
    }
    return bytes;
  }
}
