// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.time.Duration;

/**
 * The limits of the HBONE transport. Defaults follow what a running ztunnel was seen to need.
 *
 * @param maxConcurrentStreams streams a peer may have open on one connection; ztunnel stalls below
 *     100
 * @param streamWindow bytes one tunnel may have unread, per direction of ours
 * @param maxFrameSize the largest frame we take
 * @param maxHeaderListSize the largest header block of a CONNECT, in bytes as RFC 9113 section
 *     6.5.2 counts
 * @param unreadLimit unread bytes over all tunnels of the process above which connections are read
 *     more slowly
 * @param handshakeTimeout from accept or connect to the end of TLS
 * @param tcpTimeout of dialling a workload, TCP alone
 * @param connectTimeout from dialling a workload to its SETTINGS
 * @param answerTimeout within which every CONNECT is answered, ours and a peer's
 * @param sniffTimeout how long an undeclared port may be silent before it counts as TCP
 * @param pingInterval between our PINGs on a connection
 * @param pingTimeout after which an unanswered PING closes the connection
 * @param poolIdle after which an outbound connection without tunnels is closed
 * @param poolStreams tunnels we put on one outbound connection at most
 * @param inboundIdle after which an inbound connection without tunnels is closed
 * @param maxConnectionAge after which an inbound connection is asked to go away, so that new
 *     replicas get their share
 * @param linger how long a tunnel that we ended may go on sending
 * @param coalescing how long a busy event loop may let arrivals gather; 0 turns it off
 */
public record HboneSettings(
    int maxConcurrentStreams,
    int streamWindow,
    int maxFrameSize,
    int maxHeaderListSize,
    long unreadLimit,
    Duration handshakeTimeout,
    Duration tcpTimeout,
    Duration connectTimeout,
    Duration answerTimeout,
    Duration sniffTimeout,
    Duration pingInterval,
    Duration pingTimeout,
    Duration poolIdle,
    int poolStreams,
    Duration inboundIdle,
    Duration maxConnectionAge,
    Duration linger,
    Duration coalescing) {
  public static final HboneSettings DEFAULT =
      new HboneSettings(
          200,
          256 * 1024,
          64 * 1024,
          16 * 1024,
          64L * 1024 * 1024,
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofMinutes(5),
          100,
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofSeconds(5),
          Duration.ZERO);

  public HboneSettings {
    if (maxConcurrentStreams < 100) {
      throw new IllegalArgumentException("maxConcurrentStreams below 100 stalls ztunnel");
    }
    if (streamWindow < 65_535) {
      throw new IllegalArgumentException("streamWindow is at least 65535 bytes");
    }
    if (maxFrameSize < 16_384 || maxFrameSize > 16_777_215) {
      throw new IllegalArgumentException(
          "maxFrameSize is 16384 to 16777215 bytes (RFC 9113 section 6.5.2)");
    }
  }

  public HboneSettings withAnswerTimeout(Duration timeout) {
    var changed = new Changed();
    changed.answerTimeout = timeout;
    return changed.settings();
  }

  public HboneSettings withPing(Duration interval, Duration timeout) {
    var changed = new Changed();
    changed.pingInterval = interval;
    changed.pingTimeout = timeout;
    return changed.settings();
  }

  public HboneSettings withPool(Duration idle, int streams) {
    var changed = new Changed();
    changed.poolIdle = idle;
    changed.poolStreams = streams;
    return changed.settings();
  }

  public HboneSettings withMaxConnectionAge(Duration age) {
    var changed = new Changed();
    changed.maxConnectionAge = age;
    return changed.settings();
  }

  public HboneSettings withLinger(Duration time) {
    var changed = new Changed();
    changed.linger = time;
    return changed.settings();
  }

  public HboneSettings withHandshakeTimeout(Duration timeout) {
    var changed = new Changed();
    changed.handshakeTimeout = timeout;
    return changed.settings();
  }

  public HboneSettings withInboundIdle(Duration time) {
    var changed = new Changed();
    changed.inboundIdle = time;
    return changed.settings();
  }

  public HboneSettings withCoalescing(Duration longest) {
    var changed = new Changed();
    changed.coalescing = longest;
    return changed.settings();
  }

  /** These settings, of which some become others. */
  private final class Changed {
    private Duration handshakeTimeout = HboneSettings.this.handshakeTimeout;
    private Duration answerTimeout = HboneSettings.this.answerTimeout;
    private Duration pingInterval = HboneSettings.this.pingInterval;
    private Duration pingTimeout = HboneSettings.this.pingTimeout;
    private Duration poolIdle = HboneSettings.this.poolIdle;
    private int poolStreams = HboneSettings.this.poolStreams;
    private Duration inboundIdle = HboneSettings.this.inboundIdle;
    private Duration maxConnectionAge = HboneSettings.this.maxConnectionAge;
    private Duration linger = HboneSettings.this.linger;
    private Duration coalescing = HboneSettings.this.coalescing;

    HboneSettings settings() {
      return new HboneSettings(
          maxConcurrentStreams,
          streamWindow,
          maxFrameSize,
          maxHeaderListSize,
          unreadLimit,
          handshakeTimeout,
          tcpTimeout,
          connectTimeout,
          answerTimeout,
          sniffTimeout,
          pingInterval,
          pingTimeout,
          poolIdle,
          poolStreams,
          inboundIdle,
          maxConnectionAge,
          linger,
          coalescing);
    }
  }
}
