// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.config.Position;
import io.waypoint.rbac.IpAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request or connection as it arrives, and how it is to be judged.
 *
 * @param path the raw target, one character a byte
 * @param claims of the token that was verified; null without one
 * @param answers what the external authorizers say, by name
 */
public record ExpectedRequest(
    String name,
    Position position,
    Protocol protocol,
    Peer peer,
    @Nullable String sni,
    @Nullable String method,
    @Nullable String path,
    @Nullable String host,
    Map<String, List<String>> headers,
    @Nullable Map<String, Object> claims,
    Map<String, Answer> answers,
    Wanted wanted) {
  /** What the request is. */
  public enum Protocol {
    HTTP,
    GRPC,
    TCP
  }

  /** What an external authorizer says; a failure is silence, an error or a late answer. */
  public enum Answer {
    ALLOW,
    DENY,
    ERROR
  }

  /**
   * Where it comes from and what it addresses.
   *
   * @param principal the URI of the caller's certificate; null for a caller without identity
   */
  public record Peer(
      @Nullable String principal,
      @Nullable IpAddress sourceIp,
      @Nullable IpAddress remoteIp,
      @Nullable IpAddress destinationIp,
      int destinationPort) {}

  /**
   * What is expected; what is null or absent is not compared.
   *
   * @param status of a denial; 0 when it is not compared
   * @param grpcStatus of a denial; negative when it is not compared
   * @param policy the id of what decides; {@code none} when no ALLOW policy matched, {@code
   *     ext_authz:NAME} for an external authorizer
   * @param forwardedPath the canonical target
   * @param shadow what dry-run policies say, by action
   */
  public record Wanted(
      boolean allowed,
      int status,
      int grpcStatus,
      @Nullable String policy,
      @Nullable String forwardedPath,
      Map<String, String> shadow) {
    public Wanted {
      shadow = Map.copyOf(shadow);
    }
  }

  public ExpectedRequest {
    headers = Map.copyOf(headers);
    answers = Map.copyOf(answers);
  }

  /** The same request with other expectations. */
  ExpectedRequest wanting(Wanted other) {
    return new ExpectedRequest(
        name, position, protocol, peer, sni, method, path, host, headers, claims, answers, other);
  }

  boolean isHttp() {
    return protocol != Protocol.TCP;
  }
}
