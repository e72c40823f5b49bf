// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/layout}, and its folder packed, unpacked elsewhere and used there. */
@Timeout(300)
class DistIT {
  /** Referred to by parts of libraries that we do not use; java.desktop alone is 12 MB. */
  private static final Set<String> LEFT_OUT = Set.of("java.compiler", "java.desktop", "java.sql");

  @TempDir static Path work;
  private static Path unpacked;

  private record Ended(int code, String said) {}

  @BeforeAll
  static void unpack() throws Exception {
    Path made = work.resolve("waypoint-dist");
    Ended laidOut =
        run(Map.of(), "../bin/layout", System.getProperty("java.home"), made.toString());
    assertThat(laidOut.code()).as(laidOut.said()).isZero();
    String archive = work.resolve("waypoint.tar.gz").toString();
    run(Map.of(), "tar", "-czf", archive, "-C", work.toString(), "waypoint-dist");
    Path elsewhere = Files.createDirectories(work.resolve("a folder"));
    run(Map.of(), "tar", "-xzf", archive, "-C", elsewhere.toString());
    // Nothing of what was laid out may be needed any more.
    Files.move(made, work.resolve("gone"));
    unpacked = elsewhere.resolve("waypoint-dist");
  }

  @Test
  void startsFromItsCacheWhereverItWasUnpacked() throws Exception {
    Ended version = waypoint(Map.of("WAYPOINT_JAVA_OPTS", "-XX:AOTMode=on"), "version");

    assertThat(version.code()).as(version.said()).isZero();
    assertThat(version.said()).startsWith("waypoint ").contains("Java " + Runtime.version());
  }

  /** What made each start slow: 86 jars, a megabyte of digests, and classes that no cache takes. */
  @Test
  void jarsAreJoined() throws Exception {
    try (Stream<Path> files = Files.list(unpacked.resolve("lib"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("waypoint.jar", "libraries.jar");
    }
    try (JarFile joined = new JarFile(unpacked.resolve("lib/libraries.jar").toFile())) {
      assertThat(joined.getEntry(JarFile.MANIFEST_NAME).getSize()).isLessThan(1_000);
      assertThat(joined.stream().map(ZipEntry::getName))
          .contains("META-INF/licenses/bcprov-jdk18on-" + version(joined, "bcprov") + "/LICENSE.md")
          .noneMatch(name -> name.endsWith(".SF") || name.startsWith("META-INF/versions/"));
      try (var in = joined.getInputStream(joined.getEntry("picocli/CommandLine.class"))) {
        assertThat(in.readNBytes(8)[7]).isEqualTo((byte) 52);
      }
    }
    String loaded = waypoint(Map.of("WAYPOINT_JAVA_OPTS", "-Xlog:class+load"), "version").said();
    assertThat(loaded).contains("picocli.CommandLine source: shared objects file");
  }

  private static String version(JarFile joined, String name) throws IOException {
    return names(joined).stream()
        .filter(library -> library.startsWith(name + "-"))
        .map(library -> library.replaceAll(".*-(\\d.*)\\.jar", "$1"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nativeLibrariesNeedNoTemporaryFolder() throws Exception {
    Map<String, String> nowhere = Map.of("WAYPOINT_JAVA_OPTS", "-Djava.io.tmpdir=/nonexistent");

    assertThat(waypoint(nowhere, "version").said()).contains("BoringSSL");
  }

  @Test
  void storyGoesAsTold() throws Exception {
    Ended told = waypoint(Map.of(), "dev", "--rehearse", "--any-port");

    assertThat(told.code()).as(told.said()).isZero();
  }

  @Test
  void validates() throws Exception {
    Path broken = Files.writeString(work.resolve("broken.yaml"), "kind: Service\nspec: [\n");

    Ended good = waypoint(Map.of(), "validate", unpacked.resolve("examples/bookinfo").toString());
    Ended bad = waypoint(Map.of(), "validate", broken.toString());

    assertThat(good.code()).as(good.said()).isZero();
    assertThat(bad.code()).isEqualTo(ExitCode.PROBLEMS);
    assertThat(bad.said()).contains("broken.yaml:");
  }

  @Test
  void isFoundThroughASymbolicLink() throws Exception {
    Path link =
        Files.createSymbolicLink(work.resolve("waypoint"), unpacked.resolve("bin/waypoint"));

    assertThat(run(Map.of(), link.toString(), "version").code()).isZero();
  }

  @Test
  void needsNoJavaOnTheMachine() throws Exception {
    Map<String, String> bare = Map.of("PATH", "/usr/bin:/bin", "JAVA_HOME", "/nonexistent");

    assertThat(waypoint(bare, "version").code()).isZero();
  }

  @Test
  void everyLibraryIsInTheBillOfMaterialsAndEachGroupInTheNotice() throws Exception {
    String bill = Files.readString(unpacked.resolve("sbom.json"));
    String notice = Files.readString(unpacked.resolve("NOTICE"));

    List<String> libraries = libraries();
    assertThat(libraries).hasSizeGreaterThan(50);
    for (String library : libraries) {
      String name = library.replaceFirst("-\\d.*", "").replace(".jar", "");
      assertThat(bill).contains("\"name\" : \"" + name + "\"");
    }
    Stream<String> groups =
        bill.lines()
            .filter(line -> line.contains("\"purl\" : \"pkg:maven/"))
            .map(line -> line.replaceAll(".*pkg:maven/([^/]+)/.*", "$1"));
    assertThat(groups.filter(group -> !group.equals("io.waypoint")).distinct())
        .isNotEmpty()
        .allSatisfy(group -> assertThat(notice).contains("(" + group + ")"));
  }

  @Test
  void runtimeHasTheModulesThatTheLibrariesNeed() throws Exception {
    StringWriter printed = new StringWriter();
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(
            new PrintWriter(printed, true),
            new PrintWriter(new StringWriter(), true),
            "--print-module-deps",
            "--ignore-missing-deps",
            unpacked.resolve("lib/libraries.jar").toString(),
            unpacked.resolve("lib/waypoint.jar").toString());
    String[] lines = printed.toString().strip().split("\n");
    Set<String> needed = new TreeSet<>(List.of(lines[lines.length - 1].split(",")));
    needed.removeAll(LEFT_OUT);
    String here =
        run(Map.of(), unpacked.resolve("jre/bin/java").toString(), "--list-modules").said();

    assertThat(needed)
        .contains("java.base")
        .allSatisfy(module -> assertThat(here).contains(module + "@"));
  }

  @Test
  void namesNothingOfTheMachineThatBuiltIt() throws Exception {
    String tree = Path.of("..").toRealPath().toString();

    for (String file : List.of("bin/waypoint", "java.opts", "sbom.json", "NOTICE", "LICENSE")) {
      assertThat(Files.readString(unpacked.resolve(file)))
          .as(file)
          .doesNotContain(tree, work.toString());
    }
  }

  private static List<String> libraries() throws IOException {
    try (JarFile ours = new JarFile(unpacked.resolve("lib/waypoint.jar").toFile());
        JarFile others = new JarFile(unpacked.resolve("lib/libraries.jar").toFile())) {
      return Stream.concat(names(ours).stream(), names(others).stream()).toList();
    }
  }

  private static List<String> names(JarFile joined) throws IOException {
    try (var in = joined.getInputStream(joined.getEntry("META-INF/libraries"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Ended waypoint(Map<String, String> environment, String... args) throws Exception {
    String launcher = unpacked.resolve("bin/waypoint").toString();
    return run(
        environment,
        Stream.concat(Stream.of(launcher), Arrays.stream(args)).toArray(String[]::new));
  }

  private static Ended run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
