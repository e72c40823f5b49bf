// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs of a control plane, from the folder that {@code KUBEBUILDER_ASSETS} names. */
final class Binaries {
  private static final String VARIABLE = "KUBEBUILDER_ASSETS";

  private final Path folder;

  private Binaries(Path folder) {
    this.folder = folder;
  }

  /**
   * Fails, rather than skip, when there is no such folder: whoever asked for the profile is told.
   */
  static Binaries ofEnvironment() {
    String folder = System.getenv(VARIABLE);
    if (folder == null || !Files.isDirectory(Path.of(folder))) {
      throw new IllegalStateException(
          VARIABLE
              + (folder == null ? " is not set" : " names no folder: " + folder)
              + "; build one with .ci/cluster-binaries DIR --istiod, then export "
              + VARIABLE
              + "=DIR");
    }
    return new Binaries(Path.of(folder));
  }

  String path(String program) {
    Path path = folder.resolve(program);
    if (!Files.isExecutable(path)) {
      throw new IllegalStateException(
          path + " is not there; .ci/cluster-binaries " + folder + " --istiod builds it");
    }
    return path.toString();
  }

  /** The files of custom resource definitions. */
  List<Path> definitions() {
    Path crds = folder.resolve("crds");
    try (Stream<Path> files = Files.list(crds)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(crds + " cannot be read; see .ci/cluster-binaries", e);
    }
  }
}
