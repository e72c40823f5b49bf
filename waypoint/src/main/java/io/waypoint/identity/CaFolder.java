// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The root of the dev mesh on disk: {@code ca.pem} holds certificate and key and is the owner's
 * alone; {@code root-cert.pem} is the certificate, to hand on.
 */
final class CaFolder {
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");

  private final Path folder;
  private final Path secret;

  CaFolder(Path folder) {
    this.folder = folder;
    this.secret = folder.resolve("ca.pem");
  }

  boolean isEmpty() {
    return Files.notExists(secret);
  }

  /** Written aside and moved into place, so that nobody ever reads half a key. */
  void save(Signer signer) throws IOException {
    if (Files.notExists(folder)) {
      Path existing = folder.toAbsolutePath().getParent();
      if (existing != null) {
        Files.createDirectories(existing);
      }
      Files.createDirectory(
          folder, ownersAlone(existing == null ? folder : existing, OWNER_FOLDER));
    }
    Path aside = Files.createTempFile(folder, "ca", ".new", ownersAlone(folder, OWNER_FILE));
    try {
      Files.writeString(aside, Pem.write(List.of(signer.root(), signer.key())));
      Files.move(aside, secret, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
    Files.writeString(folder.resolve("root-cert.pem"), Pem.write(List.of(signer.root())));
  }

  Signer load(InstantSource clock, SecureRandom random) throws IOException {
    if (hasPermissions(folder)) {
      Set<PosixFilePermission> open = EnumSet.copyOf(Files.getPosixFilePermissions(secret));
      open.removeAll(OWNER_FILE);
      if (!open.isEmpty()) {
        throw new IOException(
            secret + " may be used by others than its owner: chmod 600 " + secret);
      }
    }
    try {
      String pem = Files.readString(secret);
      return new Signer(Pem.certificates(pem).getFirst(), Pem.privateKey(pem), clock, random);
    } catch (IllegalArgumentException e) {
      throw new IOException(secret + ": " + e.getMessage() + "; remove it to get a new one", e);
    }
  }

  private static FileAttribute<?>[] ownersAlone(Path place, Set<PosixFilePermission> permissions)
      throws IOException {
    return hasPermissions(place)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private static boolean hasPermissions(Path place) throws IOException {
    return Files.getFileStore(place).supportsFileAttributeView("posix");
  }
}
