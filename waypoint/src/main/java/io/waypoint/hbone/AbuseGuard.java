// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.refusal.Refusal;
import java.util.function.LongSupplier;

/**
 * Tells an attacker from a busy ztunnel, for one connection.
 *
 * <p>Netty's own limits count every RST_STREAM. Since ztunnel resets each CONNECT that was refused
 * and each tunnel whose application went away, hundreds of honest resets share a connection with
 * live tunnels. Here only a reset counts that follows at once on a CONNECT which was not refused
 * and has carried nothing back (rapid reset, CVE-2023-44487): that is work asked for and thrown
 * away.
 */
final class AbuseGuard {
  private static final int RESET_BURST = 200;
  private static final double RESETS_PER_SECOND = 20;
  private static final int CONTROL_BURST = 1_000;
  private static final double CONTROL_PER_SECOND = 100;
  private static final int WINDOW_UPDATE_BURST = 20_000;
  private static final double WINDOW_UPDATES_PER_SECOND = 20_000;
  private static final int TINY_FRAMES = 10_000;
  private static final int TINY_AVERAGE = 16;
  private static final long TINY_NANOS = 10_000_000_000L;

  private final LongSupplier nanos;
  private final Bucket resets;
  private final Bucket controls;
  private final Bucket windowUpdates;
  private int frames;
  private long frameBytes;
  private long framesSince;

  AbuseGuard(LongSupplier nanos) {
    this.nanos = nanos;
    this.framesSince = nanos.getAsLong();
    this.resets = new Bucket(RESET_BURST, RESETS_PER_SECOND, framesSince);
    this.controls = new Bucket(CONTROL_BURST, CONTROL_PER_SECOND, framesSince);
    this.windowUpdates = new Bucket(WINDOW_UPDATE_BURST, WINDOW_UPDATES_PER_SECOND, framesSince);
  }

  /** The peer has reset a tunnel that it had no use of. */
  void fruitlessReset() throws AbuseException {
    resets.take(nanos.getAsLong(), Refusal.H2_RESET_FLOOD);
  }

  /** A stream error of the peer's that we had to answer with a reset (MadeYouReset). */
  void provokedReset() throws AbuseException {
    resets.take(nanos.getAsLong(), Refusal.H2_RESET_FLOOD);
  }

  /** SETTINGS, PING, PRIORITY or an unknown frame. */
  void control() throws AbuseException {
    controls.take(nanos.getAsLong(), Refusal.H2_CONTROL_FLOOD);
  }

  /** A frame for a stream that has ended, as may be under way when we end one. */
  void late() throws AbuseException {
    windowUpdates.take(nanos.getAsLong(), Refusal.H2_CONTROL_FLOOD);
  }

  void windowUpdate() throws AbuseException {
    windowUpdates.take(nanos.getAsLong(), Refusal.H2_CONTROL_FLOOD);
  }

  void data(int bytes, boolean end) throws AbuseException {
    if (end) {
      return;
    }
    frameBytes += bytes;
    if (++frames < TINY_FRAMES) {
      return;
    }
    long now = nanos.getAsLong();
    boolean tiny = frameBytes < (long) TINY_AVERAGE * frames && now - framesSince < TINY_NANOS;
    frames = 0;
    frameBytes = 0;
    framesSince = now;
    if (tiny) {
      throw new AbuseException(Refusal.H2_TINY_DATA);
    }
  }

  private static final class Bucket {
    private final double perNano;
    private final int burst;
    private double tokens;
    private long last;

    Bucket(int burst, double perSecond, long now) {
      this.burst = burst;
      this.perNano = perSecond / 1_000_000_000.0;
      this.tokens = burst;
      this.last = now;
    }

    void take(long now, Refusal reason) throws AbuseException {
      tokens = Math.min(burst, tokens + (now - last) * perNano);
      last = now;
      if (tokens < 1) {
        throw new AbuseException(reason);
      }
      tokens -= 1;
    }
  }
}
