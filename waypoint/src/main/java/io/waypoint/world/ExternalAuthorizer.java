// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.Authorizers;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody outside who is asked whether requests may pass: an entry of MeshConfig's {@code
 * extensionProviders} (envoyExtAuthzHttp, envoyExtAuthzGrpc).
 *
 * @param service the host name of a service of the mesh
 * @param timeout for the whole question, connecting included
 * @param failOpen whether requests pass when it fails
 * @param statusOnError what its failure is answered with otherwise
 */
public record ExternalAuthorizer(
    String name,
    Authorizers.Kind kind,
    String service,
    int port,
    Duration timeout,
    boolean failOpen,
    int statusOnError,
    Shown shown,
    Taken taken) {
  /** Istio's. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);

  public static final int STATUS_ON_ERROR = 403;

  /**
   * What it is shown of a request.
   *
   * @param pathPrefix put before the path (HTTP)
   * @param headers those besides the ones that are always shown (HTTP), or those that are shown
   *     (gRPC; none for all)
   * @param additional added to the question in place of the request's (HTTP)
   * @param body null when it is not shown
   */
  public record Shown(
      String pathPrefix, FieldSet headers, Map<String, String> additional, @Nullable Body body) {
    public static final Shown HEAD = new Shown("", FieldSet.NONE, Map.of(), null);

    public Shown {
      additional = Map.copyOf(additional);
    }
  }

  /**
   * @param most in bytes
   * @param partial whether the beginning of a larger one will do; otherwise that is answered 413
   * @param asBytes whether it is packed as bytes rather than text (gRPC)
   */
  public record Body(int most, boolean partial, boolean asBytes) {}

  /**
   * Which fields of its answer are taken over (HTTP; gRPC says itself where each belongs).
   *
   * @param onAllow into the request; null for all that do not describe the answer itself
   * @param onDeny into the denial; null for all
   * @param downstreamOnAllow into the final answer
   */
  public record Taken(
      @Nullable FieldSet onAllow, @Nullable FieldSet onDeny, FieldSet downstreamOnAllow) {
    public static final Taken DEFAULT = new Taken(FieldSet.NONE, null, FieldSet.NONE);
  }
}
