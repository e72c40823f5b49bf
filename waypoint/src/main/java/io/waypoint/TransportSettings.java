// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import io.vertx.core.http.HttpServerOptions;
import io.waypoint.config.WaypointSettings;
import io.waypoint.downstream.Http2Limits;
import io.waypoint.hbone.HboneSettings;
import io.waypoint.jwks.JwksSettings;
import io.waypoint.proxy.ProxySettings;
import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.rbac.AddressBlocks;
import io.waypoint.routing.balance.Locality;
import io.waypoint.upstream.UpstreamSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** The one settings record, cut into what each part is given. */
final class TransportSettings {
  private static final int MAX_FRAME = 64 * 1024;

  private TransportSettings() {}

  static HboneSettings hbone(WaypointSettings settings) {
    var limits = settings.limits();
    var timeouts = settings.timeouts();
    return new HboneSettings(
        limits.streams(),
        Math.toIntExact(limits.streamWindow()),
        MAX_FRAME,
        Math.toIntExact(limits.connectHeaderBytes()),
        limits.unreadBytes(),
        timeouts.tlsHandshake(),
        timeouts.connect(),
        timeouts.tunnel(),
        timeouts.connectAnswer(),
        timeouts.protocolDetection(),
        timeouts.pingInterval(),
        timeouts.pingTimeout(),
        timeouts.upstreamIdle(),
        HboneSettings.DEFAULT.poolStreams(),
        timeouts.downstreamIdle(),
        timeouts.maxConnectionAge(),
        HboneSettings.DEFAULT.linger(),
        Duration.of(limits.coalescingMicros(), ChronoUnit.MICROS));
  }

  static UpstreamSettings upstream(WaypointSettings settings) {
    var limits = settings.limits();
    var timeouts = settings.timeouts();
    return new UpstreamSettings(
        timeouts.connect(),
        timeouts.tunnel(),
        timeouts.upstreamIdle(),
        limits.connections(),
        limits.pendingRequests(),
        Math.toIntExact(limits.headerBytes()),
        Locality.parse(settings.instance().locality(), settings.instance().node()));
  }

  static ProxySettings proxy(WaypointSettings settings) {
    return new ProxySettings(
        ProxySettings.DEFAULTS.pathNormalization(),
        ProxySettings.DEFAULTS.forwardClientCert(),
        settings.timeouts().streamIdle(),
        scan(settings),
        settings.limits().retries());
  }

  static JwksSettings keys(WaypointSettings settings) {
    var keys = settings.keys();
    String refused = keys.refused();
    return new JwksSettings(
        keys.refresh(),
        keys.firstRetry(),
        keys.longestRetry(),
        keys.pause(),
        Math.toIntExact(keys.answerBytes()),
        keys.retire(),
        refused == null ? AddressBlocks.NONE : AddressBlocks.parse(refused),
        null);
  }

  static ScanLimits scan(WaypointSettings settings) {
    var limits = settings.limits();
    return new ScanLimits(
        Math.toIntExact(limits.pathBytes()),
        limits.headerFields(),
        Math.toIntExact(limits.headerBytes()));
  }

  static HttpServerOptions http2(WaypointSettings settings) {
    var limits = settings.limits();
    int window = Math.toIntExact(limits.streamWindow());
    return new Http2Limits(limits.streams(), window, limits.headerBytes()).options();
  }
}
