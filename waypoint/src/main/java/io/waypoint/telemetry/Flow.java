// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.Destination;
import io.waypoint.world.Workload;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What passed between one caller and one destination: an HTTP request or a relayed connection.
 *
 * <p>A flow belongs to one event loop until it is finished; afterwards nothing may change it,
 * because the access log's thread reads it.
 */
public abstract sealed class Flow permits RequestRecord, TcpRecord {
  final long startMillis;
  final long startNanos;
  long endNanos;

  @Nullable SpiffeId caller;
  @Nullable Workload source;
  @Nullable InetSocketAddress peer;
  String addressedHost = "";
  int addressedPort;
  @Nullable Destination destination;

  @Nullable EndpointSet backend;
  @Nullable Endpoint endpoint;
  @Nullable Workload target;
  @Nullable InetSocketAddress upstreamLocal;
  boolean connected;
  int attempts;

  ResponseFlag flag = ResponseFlag.NONE;
  @Nullable String details;
  @Nullable String failure;
  long bytesIn;
  long bytesOut;

  Flow(long startMillis, long startNanos) {
    this.startMillis = startMillis;
    this.startNanos = startNanos;
  }

  /**
   * Who called.
   *
   * @param caller what the peer's certificate proved
   * @param source the workload behind it, as the world knows it
   * @param peer the other end of the HBONE connection
   */
  public void caller(
      @Nullable SpiffeId caller, @Nullable Workload source, @Nullable InetSocketAddress peer) {
    this.caller = caller;
    this.source = source;
    this.peer = peer;
  }

  /**
   * What the caller addressed.
   *
   * @param host the host of the CONNECT authority
   * @param destination null when the world knows none
   */
  public void addressed(String host, int port, @Nullable Destination destination) {
    addressedHost = host;
    addressedPort = port;
    this.destination = destination;
  }

  /** The chosen backend, before an endpoint of it is picked. */
  public void backend(EndpointSet backend) {
    this.backend = backend;
  }

  /**
   * One attempt at an endpoint of the backend; a further call forgets the attempt before.
   *
   * @param target the endpoint's workload, as the world knows it
   */
  public void attempt(EndpointSet backend, Endpoint endpoint, @Nullable Workload target) {
    this.backend = backend;
    this.endpoint = endpoint;
    this.target = target;
    connected = false;
    attempts++;
  }

  /**
   * The attempt has a connection, so the endpoint's identity is proved where it is tunnelled.
   *
   * @param local our own address of that connection, when known
   */
  public void connected(@Nullable InetSocketAddress local) {
    connected = true;
    upstreamLocal = local;
  }

  /** Ends with the flag's own details. */
  public void flag(ResponseFlag flag) {
    this.flag = flag;
    details = null;
  }

  /**
   * Ends with a flag and something more precise than its own details.
   *
   * @param details constant text, for example a refusal's label; never built for this one flow
   */
  public void flag(ResponseFlag flag, String details) {
    this.flag = flag;
    this.details = details;
  }

  /** Why the upstream could not be reached, for the access log; constant text. */
  public void failure(String reason) {
    failure = reason;
  }

  /** Adds bytes received from the caller. */
  public void bytesIn(long bytes) {
    bytesIn += bytes;
  }

  /** Adds bytes sent to the caller. */
  public void bytesOut(long bytes) {
    bytesOut += bytes;
  }

  public ResponseFlag flag() {
    return flag;
  }

  public long bytesIn() {
    return bytesIn;
  }

  public long bytesOut() {
    return bytesOut;
  }

  public int attempts() {
    return attempts;
  }

  public @Nullable SpiffeId caller() {
    return caller;
  }

  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** The identity that the upstream proved; null before that and for plain TCP. */
  public @Nullable String upstreamIdentity() {
    Endpoint chosen = endpoint;
    if (!connected || chosen == null) {
      return null;
    }
    Endpoint.Tunnel tunnel = chosen.tunnel();
    return tunnel == null ? null : tunnel.identity();
  }

  /** Nanoseconds from start to end; of a finished flow only. */
  public long durationNanos() {
    return Math.max(0, endNanos - startNanos);
  }

  /** The access log's {@code response_code_details}. */
  public String details() {
    return details == null ? flag.details() : details;
  }
}
