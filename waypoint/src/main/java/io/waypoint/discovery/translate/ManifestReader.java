// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents to objects, in an order that does not depend on the order of the documents. */
final class ManifestReader {
  private static final List<String> METADATA =
      List.of(
          "annotations",
          "creationTimestamp",
          "deletionGracePeriodSeconds",
          "deletionTimestamp",
          "finalizers",
          "generateName",
          "generation",
          "labels",
          "managedFields",
          "name",
          "namespace",
          "ownerReferences",
          "resourceVersion",
          "selfLink",
          "uid");

  private static final Comparator<Doc> BY_PLACE =
      Comparator.<Doc, String>comparing(doc -> doc.position().source().name())
          .thenComparingInt(doc -> doc.position().line());

  private final List<Manifest> found = new ArrayList<>();

  private ManifestReader() {}

  /** The objects that this version uses, sorted by kind, namespace and name. */
  static List<Manifest> read(List<Doc> docs) {
    return read(docs, new KeptManifests());
  }

  /**
   * @param kept those of the world before
   */
  static List<Manifest> read(List<Doc> docs, KeptManifests kept) {
    kept.turn();
    List<Doc> ordered = new ArrayList<>(docs);
    ordered.sort(BY_PLACE);
    Map<String, Manifest> byIdentity = HashMap.newHashMap(docs.size());
    List<Manifest> all = new ArrayList<>(docs.size());
    for (Doc doc : ordered) {
      for (Manifest manifest : kept.get(doc, ManifestReader::objects)) {
        @Nullable Manifest other = byIdentity.putIfAbsent(manifest.identity(), manifest);
        if (other == null) {
          all.add(manifest);
        } else {
          reportTwice(manifest, other);
        }
      }
    }
    all.sort(Comparator.comparing(Manifest::identity));
    return all;
  }

  private static List<Manifest> objects(Doc doc) {
    var reader = new ManifestReader();
    reader.document(doc);
    return reader.found;
  }

  private void document(Doc doc) {
    if (!doc.isMapping()) {
      doc.error(Code.NOT_AN_OBJECT, "a document is a mapping with apiVersion and kind");
      return;
    }
    String apiVersion = doc.field("apiVersion").text("");
    String kind = doc.field("kind").text("");
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      doc.error(
          Code.NOT_AN_OBJECT,
          "not a Kubernetes object: " + (kind.isEmpty() ? "kind" : "apiVersion") + " is missing");
      return;
    }
    if (kind.equals("List") && apiVersion.equals("v1")) {
      doc.field("items").list().forEach(this::document);
      return;
    }
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    if (isWanted(doc, group, kind)) {
      object(doc, group, kind);
    }
  }

  private static boolean isWanted(Doc doc, String group, String kind) {
    if (Kinds.isUsed(group, kind)) {
      return true;
    }
    Doc at = doc.field("kind");
    if (Kinds.changesTraffic(group, kind)) {
      at.warning(Code.KIND_NOT_USED, kind + " is known and has no effect in this version");
    } else if (Kinds.isKnown(group, kind) || !Kinds.isClosed(group)) {
      at.info(Code.KIND_NOT_USED, kind + " is not used by this proxy");
    } else {
      String where = group.isEmpty() ? "the core group" : group;
      at.error(
          Code.KIND_UNKNOWN,
          "there is no kind " + kind + " in " + where,
          Doc.didYouMean(kind, Kinds.of(group)));
    }
    return false;
  }

  private void object(Doc doc, String group, String kind) {
    Doc metadata = doc.field("metadata");
    String name = metadata.field("name").required();
    String namespace = Kinds.isClusterWide(kind) ? "" : metadata.field("namespace").text("default");
    boolean named = Names.isSubdomain(name) && (namespace.isEmpty() || Names.isLabel(namespace));
    if (!named) {
      if (!name.isEmpty()) {
        Doc at = metadata.field(Names.isSubdomain(name) ? "namespace" : "name");
        at.error(
            Code.BAD_VALUE,
            at.path() + " is \"" + at.raw() + "\"",
            "names are lower-case letters, digits, '-' and '.', beginning and ending with a letter"
                + " or digit");
      }
      return;
    }
    if (Kinds.isStrict(group)) {
      doc.only("apiVersion", "kind", "metadata", "spec", "status");
      metadata.only(METADATA);
    }
    found.add(new Manifest(group, kind, namespace, name, doc));
  }

  private static void reportTwice(Manifest manifest, Manifest other) {
    manifest
        .metadata()
        .field("name")
        .error(
            Code.DUPLICATE_OBJECT,
            "%s %s is also at %s".formatted(manifest.kind(), manifest.key(), other.position()));
  }
}
