// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Position;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Severity;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.HostTable;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Objects to a world, object by object: one that cannot be read keeps the version before it in
 * force, and the others never notice. Used by one thread.
 */
final class Interpreter {
  /** Far more than there are objects, for every problem becomes somebody's status. */
  private static final int MOST_PROBLEMS = 1_000_000;

  private final Scope scope;
  private final String controller;
  private final LocalTable local;
  private final HostTable hosts;
  private final Map<String, ReadObject> good = new HashMap<>();
  private final Map<String, Held> held = new HashMap<>();

  /** One for all worlds: by it the translator knows what it has read already. */
  private final Problems problems = new Problems(MOST_PROBLEMS);

  private Set<String> classes = Set.of();
  private @Nullable Translator translator;

  /** An object whose newest version is not in force. */
  private record Held(ReadObject inForce, List<Problem> why) {}

  /**
   * @param translation what is in force
   * @param held the objects, as {@code kind namespace/name}, of which it is not the newest version
   */
  record Interpretation(Translation translation, Set<String> held) {}

  Interpreter(Scope scope, String controller, LocalTable local, HostTable hosts) {
    this.hosts = hosts;
    this.scope = scope;
    this.controller = controller;
    this.local = local;
  }

  /**
   * @param census services and workloads that somebody tells of; null when they are among the
   *     objects
   */
  Interpretation interpret(
      ObjectStore.Snapshot snapshot, @Nullable Census census, long generation) {
    Translator reader = reader(snapshot);
    for (ObjectStore.Change change : snapshot.changes()) {
      held.remove(identity(change));
      if (change.after() == null) {
        good.remove(identity(change));
      }
    }
    Translation first = translate(reader, snapshot, census, generation);
    Translation used =
        hold(snapshot, first) ? translate(reader, snapshot, census, generation) : first;
    List<Problem> all = new ArrayList<>(used.problems());
    all.removeIf(problem -> problem.code() == Code.ACCOUNT_NOT_FOUND);
    held.values().forEach(broken -> all.addAll(broken.why));
    all.addAll(notApplied(snapshot));
    return new Interpretation(
        new Translation(used.world(), used.inventory(), all, used.routes(), used.policies()),
        new HashSet<>(held.keySet()));
  }

  private Translation translate(
      Translator reader, ObjectStore.Snapshot snapshot, @Nullable Census census, long generation) {
    problems.clear();
    List<Doc> docs = new ArrayList<>();
    snapshot
        .objects()
        .forEach((kind, objects) -> {
          if (kind.used()) {
            objects.forEach(object -> docs.add(inForce(object).doc(problems)));
          }
        });
    return reader.translate(docs, census, problems, generation);
  }

  private ReadObject inForce(KubeObject object) {
    ReadObject document = object.document();
    Held older = document == null ? null : held.get(document.source().name());
    if (older != null) {
      return older.inForce;
    }
    if (document == null) {
      throw new IllegalStateException("a used object was not kept: " + object.key());
    }
    return document;
  }

  /** Remembers what is good and holds back what is not; answers whether anything is held back. */
  private boolean hold(ObjectStore.Snapshot snapshot, Translation translation) {
    Map<String, List<Problem>> errors = new HashMap<>();
    for (Problem problem : translation.problems()) {
      if (problem.isError()) {
        String name = problem.position().source().name();
        errors.computeIfAbsent(name, _ -> new ArrayList<>()).add(problem);
      }
    }
    boolean any = false;
    for (ObjectStore.Change change : snapshot.changes()) {
      KubeObject after = change.after();
      ReadObject document = after == null ? null : after.document();
      if (document == null) {
        continue;
      }
      String identity = document.source().name();
      List<Problem> why = errors.get(identity);
      ReadObject before = good.get(identity);
      if (why == null) {
        good.put(identity, document);
      } else if (before != null) {
        why.add(
            new Problem(
                Severity.WARNING,
                Code.VERSION_KEPT,
                "",
                Position.whole(document.source()),
                "this version is not used; in force stays " + before.doc(new Problems()).position(),
                null));
        held.put(identity, new Held(before, why));
        any = true;
      }
    }
    return any;
  }

  private static String identity(ObjectStore.Change change) {
    KubeObject object = change.after() == null ? change.before() : change.after();
    return object == null ? "" : change.kind().kind() + " " + object.key();
  }

  /** One line for each kind of which there are objects that change nothing here. */
  private static List<Problem> notApplied(ObjectStore.Snapshot snapshot) {
    Problems found = new Problems();
    snapshot
        .unused()
        .forEach((kind, unused) -> {
          if (kind.kind().equals("GatewayClass")) {
            return;
          }
          String others = unused.count() == 1 ? "" : " and " + (unused.count() - 1) + " more";
          found.warning(
              Code.KIND_NOT_USED,
              "",
              Position.whole(Source.object(kind.kind(), "", kind.resource(), "")),
              "%s%s: this kind is not applied by this version"
                  .formatted(unused.first().key(), others),
              null);
        });
    return found.sorted();
  }

  /** Our classes are those that name our controller, and the one that everybody calls ours. */
  private Translator reader(ObjectStore.Snapshot snapshot) {
    Set<String> ours = new TreeSet<>(scope.gatewayClasses());
    snapshot
        .objects()
        .forEach((kind, objects) -> {
          if (kind.kind().equals("GatewayClass")) {
            objects.forEach(gatewayClass -> {
              if (controller.equals(controllerOf(gatewayClass))) {
                ours.add(gatewayClass.name());
              } else {
                ours.remove(gatewayClass.name());
              }
            });
          }
        });
    Translator known = translator;
    if (known == null || !ours.equals(classes)) {
      known = new Translator(new Scope(scope.gateway(), ours, scope.rootNamespace()), local, hosts);
      translator = known;
      classes = ours;
    }
    return known;
  }

  private static String controllerOf(KubeObject gatewayClass) {
    ReadObject document = gatewayClass.document();
    return document == null
        ? ""
        : document.doc(new Problems()).field("spec").field("controllerName").text("");
  }
}
