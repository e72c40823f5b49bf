// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the jars of a folder quick to start from. A JVM reads the manifest of every jar of which it
 * takes classes, also when these come from an AOT cache: Bouncy Castle's three are signed and have
 * a megabyte of digests. And classes of a format before Java 6 have no stack maps, so that no cache
 * takes them: picocli's 170 were read and verified at each start.
 *
 * <pre>java bin/LeanJars.java FOLDER</pre>
 *
 * <p>Signatures are left out, which only matters to JVMs that ask providers of ciphers for them
 * (OpenJDK's do not); the rest of each jar stays as it is, and jars with nothing to gain are not
 * touched. The bill of materials names the originals.
 */
final class LeanJars {
  /** Jars with less are not worth it, in bytes. */
  private static final int SMALL_MANIFEST = 8_000;

  private static final Set<String> KEPT =
      Set.of(
          "Manifest-Version",
          "Multi-Release",
          "Implementation-Title",
          "Implementation-Version",
          "Specification-Title",
          "Specification-Version",
          "Enable-Native-Access",
          "Main-Class",
          "Class-Path");

  private final ClassFile classes;

  private LeanJars(ClassLoader all) {
    classes =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(all)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  public static void main(String[] arguments) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      found.forEach(jars::add);
    }
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    try (var all = new URLClassLoader(urls.toArray(URL[]::new), null)) {
      var lean = new LeanJars(all);
      for (Path jar : jars) {
        lean.slim(jar);
      }
    }
  }

  private void slim(Path jar) throws IOException {
    Path slimmed = jar.resolveSibling(jar.getFileName() + ".lean");
    try (var from = new ZipFile(jar.toFile())) {
      if (!isWorthIt(from)) {
        return;
      }
      try (var to = new ZipOutputStream(Files.newOutputStream(slimmed))) {
        for (Enumeration<? extends ZipEntry> entries = from.entries();
            entries.hasMoreElements(); ) {
          copy(from, entries.nextElement(), to);
        }
      }
    }
    Files.setLastModifiedTime(slimmed, Files.getLastModifiedTime(jar));
    Files.move(slimmed, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isWorthIt(ZipFile jar) throws IOException {
    ZipEntry manifest = jar.getEntry(JarFile.MANIFEST_NAME);
    if (manifest != null && manifest.getSize() > SMALL_MANIFEST) {
      return true;
    }
    for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      ZipEntry entry = entries.nextElement();
      if (entry.getName().endsWith(".class")) {
        try (InputStream in = jar.getInputStream(entry)) {
          if (isOld(in.readNBytes(8))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Bytes 6 and 7 of a class file are the major version of its format. */
  private static boolean isOld(byte[] head) {
    return head.length > 7 && ((head[6] & 0xff) << 8 | head[7] & 0xff) < ClassFile.JAVA_6_VERSION;
  }

  private void copy(ZipFile from, ZipEntry entry, ZipOutputStream to) throws IOException {
    String name = entry.getName();
    if (isSignature(name)) {
      return;
    }
    var copy = new ZipEntry(name);
    copy.setTime(entry.getTime());
    to.putNextEntry(copy);
    try (InputStream in = from.getInputStream(entry)) {
      if (name.equals(JarFile.MANIFEST_NAME)) {
        writeManifest(new Manifest(in), to);
      } else if (name.endsWith(".class")) {
        byte[] read = in.readAllBytes();
        to.write(isOld(read) ? withStackMaps(read) : read);
      } else {
        in.transferTo(to);
      }
    }
    to.closeEntry();
  }

  private static boolean isSignature(String name) {
    return name.startsWith("META-INF/")
        && name.indexOf('/', "META-INF/".length()) < 0
        && (name.endsWith(".SF")
            || name.endsWith(".RSA")
            || name.endsWith(".DSA")
            || name.endsWith(".EC"));
  }

  private static void writeManifest(Manifest whole, OutputStream to) throws IOException {
    var lean = new Manifest();
    Attributes attributes = lean.getMainAttributes();
    whole
        .getMainAttributes()
        .forEach((name, value) -> {
          if (KEPT.contains(name.toString())) {
            attributes.put(name, value);
          }
        });
    lean.write(to);
  }

  /** Every body is written anew, which is what makes the maps. */
  private byte[] withStackMaps(byte[] old) {
    ClassTransform version =
        ClassTransform.endHandler(to -> to.withVersion(ClassFile.JAVA_8_VERSION, 0));
    ClassTransform bodies =
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
    return classes.transformClass(classes.parse(old), bodies.andThen(version));
  }
}
