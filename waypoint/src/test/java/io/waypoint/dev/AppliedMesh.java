// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.vertx.core.net.ProxyOptions;
import io.waypoint.Clocks;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.world.WorldHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mesh whose configuration is applied as with kubectl, but in force when the call returns: many
 * cases share one mesh without waiting for files.
 */
public final class AppliedMesh implements AutoCloseable {
  private final String base;
  private final DevMesh mesh;
  private List<Problem> problems = List.of();
  private @Nullable Translator translator;
  private @Nullable WorldHolder worlds;
  private long generation;

  /**
   * @param base documents that are always there
   */
  public AppliedMesh(String base) throws DevMeshException {
    this.base = base;
    this.mesh = DevMesh.start(DevSettings.quiet(List.of()), this::first, Clocks.system());
  }

  private DevMesh.Source.Running first(LocalTable processes, WorldHolder holder) {
    translator = new Translator(Scope.ONLY_GATEWAY, processes);
    worlds = holder;
    apply("");
    return new DevMesh.Source.Running() {
      @Override
      public List<Problem> problems() {
        return problems;
      }

      @Override
      public void close() {}
    };
  }

  /** Puts these documents beside the base, and takes away those applied before. */
  public void apply(String documents) {
    var found = new Problems();
    List<Doc> docs = new ArrayList<>(Doc.read(Source.file("base.yaml", base), found));
    docs.addAll(Doc.read(Source.file("case.yaml", documents), found));
    Translation translation =
        Objects.requireNonNull(translator).translate(docs, found, ++generation);
    problems = translation.problems();
    if (translation.isRefused()) {
      throw new IllegalArgumentException("refused: " + problems);
    }
    Objects.requireNonNull(worlds).publish(translation.world());
  }

  /** The way in as {@code serviceaccount.namespace}. */
  public ProxyOptions socks(String caller) {
    return mesh.socks(caller);
  }

  public List<Problem> problems() {
    return problems;
  }

  @Override
  public void close() {
    mesh.close();
  }
}
