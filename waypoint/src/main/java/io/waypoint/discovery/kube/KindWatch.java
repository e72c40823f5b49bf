// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listing and watch of one kind, from its start to its first failure that the client library
 * does not overcome by itself. It overcomes watches that end and versions that are gone; it does
 * not overcome a listing that fails.
 */
final class KindWatch implements ResourceEventHandler<GenericKubernetesResource> {
  private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);

  private static final long PAGE = 500;

  /** Told what becomes of it, on a thread that must not be kept waiting. */
  interface Events {
    /** Every object has been seen. */
    void listed();

    /** The last object went: perhaps the definition of all of them was deleted. */
    void emptied(KindWatch which);

    /** Called once, unless it was closed before. */
    void ended(KindWatch which, Throwable failure);
  }

  private final KubeKind kind;
  private final ObjectStore store;
  private final String version;
  private final Events events;
  private final Skeletons known = new Skeletons();
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final InstantSource clock;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private volatile boolean complete;
  private volatile @Nullable Instant lost;

  /**
   * @param version of the kind at the API server
   */
  KindWatch(
      KubernetesClient client,
      KubeKind kind,
      String version,
      ObjectStore store,
      InstantSource clock,
      Events events) {
    this.kind = kind;
    this.store = store;
    this.version = version;
    this.events = events;
    this.clock = clock;
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(version)
            .withKind(kind.kind())
            .withPlural(kind.plural())
            .withNamespaced(!kind.clusterWide())
            .build();
    var all = client.genericKubernetesResources(context);
    var scoped =
        kind.namespace() != null
            ? all.inNamespace(kind.namespace())
            : kind.clusterWide() ? all : all.inAnyNamespace();
    var wanted = kind.name() == null ? scoped : scoped.withField("metadata.name", kind.name());
    this.informer = wanted.withLimit(PAGE).runnableInformer(0);
  }

  /** Begins; returns at once. */
  void start() {
    informer.itemStore(known);
    informer.exceptionHandler((started, failure) -> false);
    informer.addEventHandler(this);
    informer
        .stopped()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            events.ended(this, failure);
          }
        });
    informer.start();
  }

  @Override
  public void onBeforeList(@Nullable String lastVersion) {
    seen.clear();
  }

  @Override
  public void onAdd(GenericKubernetesResource object) {
    take(object);
  }

  @Override
  public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
    take(object);
  }

  @Override
  public void onDelete(GenericKubernetesResource object, boolean unseen) {
    store.remove(kind, key(object));
    if (known.size() == 0) {
      events.emptied(this);
    }
  }

  /** Only the first listing shows every object; later ones show what differs. */
  @Override
  public void onList(String version, boolean remainedEmpty) {
    if (!complete) {
      complete = true;
      store.retain(kind, seen);
      seen.clear();
      events.listed();
    }
  }

  private void take(GenericKubernetesResource object) {
    if (!complete) {
      seen.add(key(object));
    }
    try {
      store.put(kind, Intake.read(kind, object));
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("kind", kind.kind())
          .addKeyValue("object", key(object))
          .log("an object cannot be taken in; what was known of it stays");
    }
  }

  private static String key(GenericKubernetesResource object) {
    String namespace = object.getMetadata().getNamespace();
    String name = object.getMetadata().getName();
    return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
  }

  String version() {
    return version;
  }

  /** Since when changes do not reach us; null while they do. Asked every now and then. */
  @Nullable Instant lostSince() {
    if (!complete || informer.isWatching()) {
      lost = null;
    } else if (lost == null) {
      lost = clock.instant();
    }
    return lost;
  }

  void close() {
    informer.stop();
  }

  /** Whether the API server said that we may not. */
  static boolean isForbidden(Throwable failure) {
    return code(failure) == HttpURLConnection.HTTP_FORBIDDEN;
  }

  /** Whether the kind is not there (any more). */
  static boolean isMissing(Throwable failure) {
    return code(failure) == HttpURLConnection.HTTP_NOT_FOUND;
  }

  private static int code(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException e && e.getCode() > 0) {
        return e.getCode();
      }
    }
    return 0;
  }
}
