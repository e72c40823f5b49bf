// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/JoinJars.java} on jars made for it; {@link DistIT} looks at what it makes of ours. */
@Timeout(60)
class JoinJarsIT {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  @TempDir Path work;
  private final List<Path> jars = new ArrayList<>();

  private record Ended(int code, String said) {}

  @Test
  void oursAndOthersAreOneEach() throws Exception {
    jar("waypoint-1.jar", Map.of(MANIFEST, "Main-Class: a.Main\nClass-Path: x.jar y.jar\n"));
    jar("waypoint-rbac-1.jar", Map.of("a/b.txt", "ours"));
    jar("netty.jar", Map.of("n/n.txt", "others"));
    jar("waypoint-1-sources.jar", Map.of("a/Main.java", "class Main {}"));

    assertThat(join().code()).isZero();

    assertThat(read("waypoint.jar"))
        .containsEntry("a/b.txt", "ours")
        .containsEntry("META-INF/libraries", "waypoint-1.jar\nwaypoint-rbac-1.jar")
        .hasSize(3);
    assertThat(read("waypoint.jar").get(MANIFEST))
        .contains("Main-Class: a.Main", "Class-Path: libraries.jar")
        .doesNotContain("x.jar");
    assertThat(read("libraries.jar")).containsEntry("n/n.txt", "others");
  }

  /** Or a provider is not found, and nobody says so. */
  @Test
  void servicesOfAllAreKept() throws Exception {
    jar("a.jar", Map.of("META-INF/services/x.Y", "a.One"));
    jar("b.jar", Map.of("META-INF/services/x.Y", "b.Two"));
    jar("c.jar", Map.of("META-INF/services/x.Y", "a.One"));

    join();

    assertThat(read("libraries.jar").getOrDefault("META-INF/services/x.Y", ""))
        .contains("a.One\n", "b.Two\n");
  }

  @Test
  void newestVersionThatTheJvmTakesIsKept() throws Exception {
    jar(
        "a.jar",
        Map.of(
            MANIFEST,
            "Multi-Release: true\n",
            "a.txt",
            "old",
            "META-INF/versions/9/a.txt",
            "9",
            "META-INF/versions/21/a.txt",
            "21",
            "META-INF/versions/99/a.txt",
            "99",
            "META-INF/versions/9/module-info.class",
            "none",
            "META-INF/versions/11/new.txt",
            "only there"));

    join();

    assertThat(read("libraries.jar"))
        .containsEntry("a.txt", "21")
        .containsEntry("new.txt", "only there")
        .doesNotContainKey("module-info.class");
  }

  /** A JVM does not look at them, so neither do we. */
  @Test
  void versionsOfAJarThatDoesNotSayThatItHasSomeAreLeftOut() throws Exception {
    jar("a.jar", Map.of("a.txt", "old", "META-INF/versions/9/a.txt", "9"));

    join();

    assertThat(read("libraries.jar"))
        .containsEntry("a.txt", "old")
        .doesNotContainKey("META-INF/versions/9/a.txt");
  }

  @Test
  void licencesKeepTheNameOfTheirJar() throws Exception {
    jar("a-1.jar", Map.of("META-INF/LICENSE.txt", "one"));
    jar("b-2.jar", Map.of("META-INF/LICENSE.txt", "another", "META-INF/B.SF", "a signature"));

    join();

    assertThat(read("libraries.jar"))
        .containsEntry("META-INF/licenses/a-1/LICENSE.txt", "one")
        .containsEntry("META-INF/licenses/b-2/LICENSE.txt", "another")
        .doesNotContainKey("META-INF/B.SF");
  }

  @Test
  void jarsThatDisagreeAreRefused() throws Exception {
    jar("a-1.jar", Map.of("x/Y.class", "one"));
    jar("a-2.jar", Map.of("x/Y.class", "another"));

    Ended ended = join();

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said()).contains("x/Y.class differs between a-1.jar and a-2.jar");
  }

  /** On Linux unpacked, elsewhere joined; those of other machines are of no use. */
  @Test
  void nativeLibrariesOfThisMachineOnly() throws Exception {
    for (String machine :
        List.of("linux-x86_64", "linux-aarch_64", "osx-x86_64", "osx-aarch_64", "windows-x86_64")) {
      jar(
          "n-" + machine + ".jar",
          Map.of("META-INF/native/" + machine + ".so", machine, "META-INF/license/LICENSE.x", "x"));
    }

    join();

    String system = System.getProperty("os.name").startsWith("Linux") ? "linux" : "osx";
    String machine =
        system + (System.getProperty("os.arch").equals("aarch64") ? "-aarch_64" : "-x86_64");
    List<String> found = new ArrayList<>();
    try (var unpacked = Files.newDirectoryStream(work.resolve("made/native"))) {
      unpacked.forEach(file -> found.add(file.getFileName().toString()));
    }
    read("libraries.jar").keySet().stream()
        .filter(name -> name.startsWith("META-INF/native/"))
        .forEach(name -> found.add(name.replaceAll(".*/", "")));
    assertThat(found).containsExactly(machine + ".so");
    assertThat(read("libraries.jar"))
        .containsEntry("META-INF/libraries", "n-" + machine + ".jar")
        .containsEntry("META-INF/licenses/n-" + machine + "/LICENSE.x", "x");
  }

  @Test
  void sameJarsGiveTheSameBytes() throws Exception {
    jar("a.jar", ordered("a.txt", "META-INF/services/x.Y", "b.txt"));
    jar("b.jar", Map.of("META-INF/services/x.Y", "another"));
    join();
    byte[] first = Files.readAllBytes(work.resolve("made/lib/libraries.jar"));
    jars.clear();
    jar("b.jar", Map.of("META-INF/services/x.Y", "another"));
    jar("a.jar", ordered("b.txt", "META-INF/services/x.Y", "a.txt"));

    join("-Duser.timezone=Asia/Tokyo");

    assertThat(Files.readAllBytes(work.resolve("made/lib/libraries.jar"))).isEqualTo(first);
  }

  private void jar(String name, Map<String, String> files) throws IOException {
    Path jar = work.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        var zip = new ZipOutputStream(out)) {
      // As Maven's jars: with entries for folders, and the manifest before the files.
      for (String folder : List.of("META-INF/", "META-INF/versions/9/")) {
        zip.putNextEntry(new ZipEntry(folder));
      }
      put(zip, MANIFEST, "Manifest-Version: 1.0\n" + files.getOrDefault(MANIFEST, ""));
      for (Map.Entry<String, String> file : files.entrySet()) {
        if (!file.getKey().equals(MANIFEST)) {
          put(zip, file.getKey(), file.getValue());
        }
      }
    }
    jars.add(jar);
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> ordered(String... names) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : names) {
      files.put(name, "the content of " + name);
    }
    return files;
  }

  private Ended join(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.add("../bin/JoinJars.java");
    command.add(work.resolve("made").toString());
    jars.forEach(jar -> command.add(jar.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  private Map<String, String> read(String name) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var jar = new ZipFile(work.resolve("made/lib").resolve(name).toFile())) {
      for (var entries = jar.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        byte[] bytes = jar.getInputStream(entry).readAllBytes();
        files.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
