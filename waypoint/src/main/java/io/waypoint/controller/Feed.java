// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one topic as they are now, whatever happens to the watch. The client library
 * overcomes watches that end; a listing that fails (no API server, no permission, no such kind) is
 * tried again here. Meanwhile the objects stay as they were last seen.
 */
final class Feed implements ResourceEventHandler<GenericKubernetesResource>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private static final long FIRST_RETRY_MILLIS = 500;
  private static final int DOUBLINGS = 3;
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final Topic topic;
  private final ScheduledExecutorService scheduler;
  private final Consumer<GenericKubernetesResource> changed;
  private volatile @Nullable SharedIndexInformer<GenericKubernetesResource> complete;
  private @Nullable SharedIndexInformer<GenericKubernetesResource> current;
  private volatile @Nullable String obstacle;
  private int failures;
  private boolean closed;

  /**
   * @param scheduler whose threads may wait
   * @param changed told of every object that came, changed or went, on a thread of the client's
   */
  Feed(
      KubernetesClient client,
      Topic topic,
      ScheduledExecutorService scheduler,
      Consumer<GenericKubernetesResource> changed) {
    this.client = client;
    this.topic = topic;
    this.scheduler = scheduler;
    this.changed = changed;
  }

  Feed start() {
    attempt();
    return this;
  }

  private synchronized void attempt() {
    if (closed) {
      return;
    }
    SharedIndexInformer<GenericKubernetesResource> informer = informer();
    current = informer;
    informer.exceptionHandler((started, failure) -> false);
    informer.addEventHandler(this);
    informer
        .stopped()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            failed(informer, failure);
          }
        });
    informer.start();
  }

  private SharedIndexInformer<GenericKubernetesResource> informer() {
    var all = client.genericKubernetesResources(topic.resource());
    String namespace = topic.namespace();
    if (namespace != null) {
      return all.inNamespace(namespace)
          .withField("metadata.name", topic.name())
          .runnableInformer(0);
    }
    var everywhere = topic.resource().isNamespaceScoped() ? all.inAnyNamespace() : all;
    String label = topic.label();
    String value = topic.value();
    if (label == null) {
      return everywhere.withLimit(PAGE).runnableInformer(0);
    }
    var some = value == null ? everywhere.withLabel(label) : everywhere.withLabel(label, value);
    return some.withLimit(PAGE).runnableInformer(0);
  }

  private synchronized void failed(
      SharedIndexInformer<GenericKubernetesResource> which, Throwable failure) {
    if (closed || which != current) {
      return;
    }
    String why = words(failure);
    if (!why.equals(obstacle)) {
      LOG.atWarn()
          .addKeyValue("resource", topic.words())
          .addKeyValue("why", why)
          .log("not watched");
    }
    obstacle = why;
    long wait = FIRST_RETRY_MILLIS << Math.min(failures++, DOUBLINGS);
    try {
      scheduler.schedule(this::attempt, wait, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      // Closed in the meantime.
    }
  }

  private String words(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException e && e.getCode() > 0) {
        return switch (e.getCode()) {
          case HttpURLConnection.HTTP_FORBIDDEN -> "not allowed: " + topic.permission();
          case HttpURLConnection.HTTP_NOT_FOUND -> "not installed";
          default -> Permission.words(e);
        };
      }
    }
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message;
  }

  @Override
  public void onAdd(GenericKubernetesResource object) {
    changed.accept(object);
  }

  @Override
  public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
    changed.accept(object);
  }

  @Override
  public void onDelete(GenericKubernetesResource object, boolean unseen) {
    changed.accept(object);
  }

  @Override
  public void onList(String version, boolean remainedEmpty) {
    SharedIndexInformer<GenericKubernetesResource> before;
    synchronized (this) {
      before = complete;
      complete = current;
      failures = 0;
      if (obstacle != null) {
        LOG.atInfo().addKeyValue("resource", topic.words()).log("watched again");
      }
      obstacle = null;
    }
    if (before != null && before != complete) {
      // What went while nobody watched is told by nobody else.
      before.getStore().list().forEach(changed);
    }
  }

  /** Whether everything was seen once. */
  boolean isComplete() {
    return complete != null;
  }

  /** Why changes do not reach us, in one line; null while they do. */
  @Nullable String obstacle() {
    String why = obstacle;
    return why == null ? null : topic.words() + ": " + why;
  }

  List<GenericKubernetesResource> all() {
    var informer = complete;
    return informer == null ? List.of() : informer.getStore().list();
  }

  /**
   * @param namespace empty for an object of the whole cluster
   */
  @Nullable GenericKubernetesResource get(String namespace, String name) {
    var informer = complete;
    String key = namespace.isEmpty() ? name : namespace + "/" + name;
    return informer == null ? null : informer.getIndexer().getByKey(key);
  }

  @Override
  public void close() {
    SharedIndexInformer<GenericKubernetesResource> running;
    synchronized (this) {
      closed = true;
      running = current;
    }
    if (running != null) {
      running.stop();
    }
  }
}
