// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.discovery.translate.Scope;
import java.time.Duration;

/**
 * What is looked at in a cluster, and how.
 *
 * @param scope which waypoint this process is
 * @param servicesToo whether services and pods come from the Kubernetes API, too
 */
public record KubeSettings(Scope scope, boolean servicesToo, Pace pace) {
  /** Under this name we are a controller of the Gateway API. */
  public static final String CONTROLLER = "waypoint.dev/gateway-controller";

  /**
   * @param quiet how long nothing may change before a translation begins
   * @param most how long a translation is put off at most
   * @param whenMissing how often a kind that is not installed is asked for
   */
  public record Pace(Duration quiet, Duration most, Duration whenMissing) {
    public static final Pace DEFAULT =
        new Pace(Duration.ofMillis(2), Duration.ofMillis(50), Duration.ofSeconds(5));
  }
}
