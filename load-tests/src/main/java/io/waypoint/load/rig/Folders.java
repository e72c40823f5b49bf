// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.identity.Pem;
import io.waypoint.rbac.identity.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Certificates as files, as every process of the rig reads them. */
final class Folders {
  private Folders() {}

  static Path certificates(Path folder, DevCa ca, SpiffeId id) throws IOException {
    Files.createDirectories(folder);
    Material material = ca.issue(id);
    replace(folder.resolve("cert-chain.pem"), Pem.write(material.chain()));
    replace(folder.resolve("key.pem"), Pem.write(List.of(material.key())));
    replace(folder.resolve("root-cert.pem"), ca.rootPem());
    return folder;
  }

  /** As an editor or a mounted map does it: nobody ever reads half of it. */
  static void replace(Path file, String text) throws IOException {
    Path aside = file.resolveSibling("." + file.getFileName());
    Files.writeString(aside, text);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
