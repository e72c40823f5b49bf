// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.discovery.kube.KubeSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the author of an object what became of it, where {@code kubectl describe} shows it. The
 * same words are told once an hour, which is how long the API server keeps them.
 */
final class EventWriter {
  private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

  private static final Duration KEPT = Duration.ofMinutes(55);
  private static final int LONGEST = 1_024;

  private final KubernetesClient client;
  private final String instance;
  private final InstantSource clock;
  private final Map<String, Instant> told = new HashMap<>();
  private volatile @Nullable String obstacle;

  /**
   * @param instance ours among the replicas
   */
  EventWriter(KubernetesClient client, String instance, InstantSource clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  /** Warns; what cannot be told is in the log. */
  void warn(GenericKubernetesResource about, String reason, String words) {
    String message = words.length() > LONGEST ? words.substring(0, LONGEST) : words;
    String uid = about.getMetadata().getUid();
    String name =
        "%s.%016x"
            .formatted(
                about.getMetadata().getName(),
                Integer.toUnsignedLong((uid + reason + message).hashCode()));
    Instant now = clock.instant();
    Instant before = told.get(name);
    if (before != null && before.plus(KEPT).isAfter(now)) {
      return;
    }
    try {
      client
          .resource(event(about, name, reason, message, now))
          .fieldManager(KubeSettings.CONTROLLER)
          .forceConflicts()
          .serverSideApply();
      told.put(name, now);
      obstacle = null;
    } catch (KubernetesClientException e) {
      obstacle =
          Permission.isMissing(e)
              ? "events: not allowed: " + Permission.needed("", "events", "create, patch")
              : "events: " + Permission.words(e);
      LOG.atWarn()
          .addKeyValue("object", about.getKind() + " " + name)
          .addKeyValue("message", message)
          .addKeyValue("why", obstacle)
          .log("event not written");
    }
  }

  /** Forgets when what was told; done now and then so that it does not grow. */
  void forgetOld() {
    Instant now = clock.instant();
    told.values().removeIf(at -> at.plus(KEPT).isBefore(now));
  }

  @Nullable String obstacle() {
    return obstacle;
  }

  private Event event(
      GenericKubernetesResource about, String name, String reason, String message, Instant now) {
    String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.getMetadata().getNamespace())
        .withName(name)
        .endMetadata()
        .withType("Warning")
        .withReason(reason)
        .withMessage(message)
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(about.getMetadata().getName())
        .withUid(about.getMetadata().getUid())
        .endInvolvedObject()
        .withReportingComponent(KubeSettings.CONTROLLER)
        .withReportingInstance(instance)
        .withNewSource()
        .withComponent(KubeSettings.CONTROLLER)
        .endSource()
        .withFirstTimestamp(at)
        .withLastTimestamp(at)
        .withCount(1)
        .build();
  }
}
