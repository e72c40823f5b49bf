// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes of the jars of a build what starts quickly, for the machine it runs on.
 *
 * <pre>
 *   java bin/JoinJars.java FOLDER JAR...
 *
 *   FOLDER/lib/waypoint.jar    what is ours, with the main class of the program
 *   FOLDER/lib/libraries.jar   what is of others
 *   FOLDER/native/*.so         on Linux: Netty's libraries, which would be unpacked at each start
 * </pre>
 *
 * <p>The first name that is looked for in vain, and there are a dozen at each start, opens every
 * jar of the class path, and each further one asks every jar: of 86 jars that was a tenth of the
 * start. A JVM also reads the manifest of each, and those of Bouncy Castle's three, which are
 * signed, have a megabyte of digests. And classes of a format before Java 6 have no stack maps, so
 * that no AOT cache takes them: picocli's 170 were read and verified each time.
 *
 * <p>Signatures only matter to JVMs that ask providers of ciphers for them (OpenJDK's do not).
 * Licences go to {@code META-INF/licenses}, under the name of their jar; {@code META-INF/libraries}
 * lists the jars. Two jars that disagree about a file end this with a message.
 */
final class JoinJars {
  private static final Pattern NATIVE =
      Pattern.compile(".*-(linux|osx|windows)-(x86_64|aarch_64)\\.jar");
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/(\\d+)/(.*)");
  private static final Pattern LICENCE =
      Pattern.compile(
          "(META-INF/(licen[cs]es?/)?)?([^/]*(LICEN[CS]E|NOTICE|COPYRIGHT)[^/]*)",
          Pattern.CASE_INSENSITIVE);

  /**
   * Versioned files of jars that do not say so, indexes of one jar, signatures, and what only
   * matters to Maven, OSGi and modules.
   */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "META-INF/(versions/.*|MANIFEST\\.MF|INDEX\\.LIST|DEPENDENCIES|jandex\\.idx|[^/]*\\.(SF|RSA|DSA|EC)|maven/.*/pom\\.xml)"
              + "|OSGI-INF/.*|(.*/)?module-info\\.class");

  /** Of these every jar has its part. */
  private static final Pattern SHARED =
      Pattern.compile("META-INF/(services/.*|io\\.netty\\.versions\\.properties)");

  /** One for all, so that the same jars give the same bytes. */
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final ClassFile classes;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, String> origins = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<String> mains = new ArrayList<>();

  private JoinJars(ClassLoader all) {
    classes =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(all)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Path> ours = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    List<Path> natives = new ArrayList<>();
    List<URL> urls = new ArrayList<>();
    Path unpacked = Files.createDirectories(folder.resolve("native"));
    String[] jars = Arrays.copyOfRange(arguments, 1, arguments.length);
    // Where the order matters it is always the same, whatever the shell's.
    Arrays.sort(jars);
    for (String argument : jars) {
      Path jar = Path.of(argument);
      String name = jar.getFileName().toString();
      Matcher machine = NATIVE.matcher(name);
      boolean isNative = machine.matches();
      if (isNative && !(machine.group(1) + machine.group(2)).equals(system() + processor())
          || name.endsWith("-sources.jar")
          || name.endsWith("-tests.jar")) {
        continue;
      }
      if (isNative && system().equals("linux")) {
        unpack(jar, unpacked);
        natives.add(jar);
        continue;
      }
      (name.startsWith("waypoint-") ? ours : others).add(jar);
      urls.add(jar.toUri().toURL());
    }
    Path lib = Files.createDirectories(folder.resolve("lib"));
    try (var all = new URLClassLoader(urls.toArray(URL[]::new), null)) {
      join(all, others, natives, lib.resolve("libraries.jar"), "");
      join(all, ours, List.of(), lib.resolve("waypoint.jar"), "libraries.jar");
    } catch (IllegalStateException e) {
      System.err.println("JoinJars: " + e.getMessage());
      System.exit(1);
    }
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.startsWith("linux") ? "linux" : name.startsWith("mac") ? "osx" : "windows";
  }

  private static String processor() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "x86_64";
      default -> "aarch_64";
    };
  }

  private static void unpack(Path jar, Path folder) throws IOException {
    try (var from = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> all = from.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (entry.getName().startsWith("META-INF/native/") && entry.getName().endsWith(".so")) {
          Path name = Path.of(entry.getName()).getFileName();
          Files.write(folder.resolve(name), from.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private static void join(
      ClassLoader all, List<Path> jars, List<Path> natives, Path to, String classPath)
      throws IOException {
    var joined = new JoinJars(all);
    for (Path jar : jars) {
      joined.add(jar);
    }
    for (Path jar : natives) {
      joined.addLicences(jar);
    }
    joined.write(to, classPath);
  }

  private void add(Path jar) throws IOException {
    String origin = jar.getFileName().toString();
    names.add(origin);
    try (var from = new JarFile(jar.toFile(), false)) {
      Manifest manifest = from.getManifest();
      String starts =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (starts != null) {
        mains.add(starts);
      }
      Map<String, Integer> versions = new HashMap<>();
      Map<String, ZipEntry> kept = new TreeMap<>();
      for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        Matcher versioned = VERSIONED.matcher(entry.getName());
        boolean special = versioned.matches() && from.isMultiRelease();
        String name = special ? versioned.group(2) : entry.getName();
        int version = special ? Integer.parseInt(versioned.group(1)) : 0;
        // The newest that this JVM takes; a joined jar then needs no versions.
        if (!entry.isDirectory()
            && !LEFT_OUT.matcher(name).matches()
            && version <= Runtime.version().feature()
            && version >= versions.getOrDefault(name, 0)) {
          versions.put(name, version);
          kept.put(name, entry);
        }
      }
      for (Map.Entry<String, ZipEntry> one : kept.entrySet()) {
        try (InputStream in = from.getInputStream(one.getValue())) {
          add(one.getKey(), in.readAllBytes(), origin);
        }
      }
    }
  }

  /** Of a jar whose libraries are unpacked. */
  private void addLicences(Path jar) throws IOException {
    String origin = jar.getFileName().toString();
    names.add(origin);
    try (var from = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> all = from.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (LICENCE.matcher(entry.getName()).matches()) {
          add(entry.getName(), from.getInputStream(entry).readAllBytes(), origin);
        }
      }
    }
  }

  private void add(String from, byte[] bytes, String origin) {
    Matcher licence = LICENCE.matcher(from);
    String name =
        licence.matches()
            ? "META-INF/licenses/" + origin.replace(".jar", "/") + licence.group(3)
            : from;
    byte[] file = name.endsWith(".class") && isOld(bytes) ? withStackMaps(bytes) : bytes;
    byte[] before = files.put(name, file);
    String first = origins.put(name, origin);
    if (before == null || Arrays.equals(before, file)) {
      return;
    }
    if (!SHARED.matcher(name).matches()) {
      throw new IllegalStateException(
          name
              + " differs between "
              + first
              + " and "
              + origin
              + "; leave one of them out (mvn clean removes old ones)");
    }
    var both = new ByteArrayOutputStream();
    both.writeBytes(before);
    both.write('\n');
    both.writeBytes(file);
    files.put(name, both.toByteArray());
  }

  private void write(Path to, String classPath) throws IOException {
    files.put("META-INF/libraries", String.join("\n", names).getBytes(StandardCharsets.UTF_8));
    try (var file = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16);
        var jar = new ZipOutputStream(file)) {
      var manifest = new Manifest();
      Attributes attributes = manifest.getMainAttributes();
      attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
      if (!classPath.isEmpty()) {
        attributes.put(Attributes.Name.CLASS_PATH, classPath);
        attributes.put(Attributes.Name.MAIN_CLASS, mains.getFirst());
      }
      var bytes = new ByteArrayOutputStream();
      manifest.write(bytes);
      put(jar, JarFile.MANIFEST_NAME, bytes.toByteArray());
      for (Map.Entry<String, byte[]> one : files.entrySet()) {
        put(jar, one.getKey(), one.getValue());
      }
    }
  }

  private static void put(ZipOutputStream jar, String name, byte[] bytes) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    jar.putNextEntry(entry);
    jar.write(bytes);
    jar.closeEntry();
  }

  /** Bytes 6 and 7 of a class file are the major version of its format. */
  private static boolean isOld(byte[] head) {
    return head.length > 7 && ((head[6] & 0xff) << 8 | head[7] & 0xff) < ClassFile.JAVA_6_VERSION;
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
