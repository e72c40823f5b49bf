// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * How many messages the DATA frames of one tunnel are. One of up to 8 KiB is a request or an
 * answer, a larger one is part of a body. But calls that share a tunnel come in one frame once they
 * have gathered: it then counts for as many as have its size, by the mean of the tunnel's frames
 * while its loop did not gather.
 */
public final class FrameCount {
  private static final int LARGEST = 8 * 1024;

  /** More than gather in one turn: the tunnel's messages have become longer. */
  private static final int MOST = 16;

  private static final int REMEMBERED = 64;

  private float mean;
  private byte seen;
  private boolean bodies;

  /**
   * The messages in a frame; 0 for a part of a body, and a fraction for a small one.
   *
   * @param gathering whether the loop gathers
   */
  public float messages(int bytes, boolean gathering) {
    if (!gathering) {
      return alone(bytes);
    }
    if (bytes > LARGEST && (bodies || seen == 0)) {
      return 0;
    }
    return seen == 0 ? 1 : Math.min(MOST, bytes / mean);
  }

  private float alone(int bytes) {
    if (bytes > LARGEST) {
      bodies = true;
      return 0;
    }
    if (seen < REMEMBERED) {
      seen++;
    }
    mean += (bytes - mean) / seen;
    return 1;
  }
}
