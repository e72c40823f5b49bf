// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/waypoint} in a tree of its own, with a JDK and a Maven that only say what they do. */
@Timeout(60)
class LauncherIT {
  private static final String JAVA =
      """
      #!/bin/sh
      joiner=
      names=
      for argument in "$@"; do
        case $argument in
          */JoinJars.java)
            joiner=$argument
            ;;
          -XX:AOTCacheOutput=*)
            [ -z "$NO_TRAINING" ] || exit 1
            echo cache >"${argument#-XX:AOTCacheOutput=}"
            echo trained >>"$JOURNAL"
            exit 0
            ;;
        esac
      done
      if [ -n "$joiner" ]; then
        [ "$1" = "$joiner" ] || exit 1
        [ -z "$NO_JOINING" ] || exit 1
        mkdir -p "$2/lib" "$2/native"
        echo jar >"$2/lib/libraries.jar"
        echo jar >"$2/lib/waypoint.jar"
        shift 2
        for jar in "$@"; do
          names="$names ${jar##*/}"
        done
        echo "joined$names" >>"$JOURNAL"
        exit 0
      fi
      echo "java $*"
      exit 42
      """;
  private static final String MAVEN =
      """
      #!/bin/sh
      echo built >>"$JOURNAL"
      echo '[INFO] Building waypoint :: routing 0.1.0 [2/5]'
      if [ -n "$NO_BUILD" ]; then
        echo '[ERROR] App.java:[3,1] error: class expected'
        exit 1
      fi
      mkdir -p waypoint/target/libraries
      echo jar >waypoint/target/libraries/netty.jar
      echo jar >waypoint/target/waypoint-0.1.0.jar
      """;

  private static final String JOINED = "joined netty.jar waypoint-0.1.0.jar";

  @TempDir Path root;
  private Path journal;
  private Path launcher;

  private record Ended(int code, String said) {}

  @BeforeEach
  void aTree() throws IOException {
    journal = root.resolve("journal");
    launcher = root.resolve("tree/bin/waypoint");
    Files.createDirectories(launcher.getParent());
    Files.copy(Path.of("../bin/waypoint"), launcher);
    executable(launcher);
    Files.writeString(root.resolve("tree/pom.xml"), "<project/>");
    Files.createDirectories(root.resolve("tree/waypoint/src/main"));
    Files.writeString(root.resolve("tree/waypoint/src/main/App.java"), "class App {}");
    program("tools/mvn", MAVEN);
    jdk("jdk", "99.0.1");
  }

  @Test
  void buildsTrainsAndRunsOnFirstUseAndOnlyRunsAfterwards() throws Exception {
    Ended first = launch(Map.of(), "dev", "--as", "two words");
    Ended second = launch(Map.of(), "dev");

    assertThat(first.code()).isEqualTo(42);
    assertThat(first.said())
        .contains("building routing", "java ", "io.waypoint.cli.Main dev --as two words");
    assertThat(second.said()).startsWith("java ").contains("-XX:AOTCache=");
    assertThat(journal()).containsExactly("built", JOINED, "trained");
  }

  @Test
  void buildsAgainWhenASourceChanged() throws Exception {
    launch(Map.of(), "dev");
    Path source = root.resolve("tree/waypoint/src/main/App.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    Ended again = launch(Map.of(), "dev");

    assertThat(again.said()).contains("sources changed");
    assertThat(journal()).containsExactly("built", JOINED, "trained", "built", JOINED, "trained");
  }

  /** A folder shared with a container: its program was not made for this machine. */
  @Test
  void buildsAgainOnAnotherMachine() throws Exception {
    launch(Map.of(), "dev");
    Files.writeString(root.resolve("tree/.waypoint/native/machine"), "Darwin arm64\n");

    launch(Map.of(), "dev");
    launch(Map.of(), "dev");

    assertThat(journal()).containsExactly("built", JOINED, "trained", "built", JOINED, "trained");
  }

  @Test
  void foldersMayHaveBlanks() throws Exception {
    Path home = root.resolve("my home");

    Ended ended = launch(Map.of("WAYPOINT_HOME", home.toString()), "dev");

    assertThat(ended.said())
        .contains("-Djava.library.path=" + home + "/native -XX:AOTCache=" + home + "/jdk-")
        .contains("io.waypoint.cli.Main dev");
    assertThat(journal()).containsExactly("built", JOINED, "trained");
  }

  @Test
  void jarsThatCannotBeJoinedEndTheBuild() throws Exception {
    Ended ended = launch(Map.of("NO_JOINING", "1"), "dev");
    Ended again = launch(Map.of(), "dev");

    assertThat(ended.code()).isEqualTo(70);
    assertThat(ended.said()).contains("could not be joined").doesNotContain("java -");
    assertThat(again.code()).isEqualTo(42);
    assertThat(journal()).containsExactly("built", "built", JOINED, "trained");
  }

  /** As with {@code sh waypoint} in its folder. */
  @Test
  void isFoundWithoutAFolderInItsName() throws Exception {
    launch(Map.of(), "dev");

    assertThat(
            run(Map.of(), root.resolve("tree/bin"), List.of("/bin/sh", "waypoint", "dev")).code())
        .isEqualTo(42);
  }

  @Test
  void buildThatFailsShowsWhyAndEndsThere() throws Exception {
    Ended ended = launch(Map.of("NO_BUILD", "1"), "dev");

    assertThat(ended.code()).isEqualTo(70);
    assertThat(ended.said())
        .contains("App.java:[3,1] error: class expected", "build.log")
        .doesNotContain("java -");
  }

  @Test
  void cacheThatCannotBeMadeIsDoneWithout() throws Exception {
    Ended first = launch(Map.of("NO_TRAINING", "1"), "dev");
    Ended second = launch(Map.of("NO_TRAINING", "1"), "dev");

    assertThat(first.code()).isEqualTo(42);
    assertThat(first.said()).contains("going on without");
    assertThat(second.said()).startsWith("java ").doesNotContain("AOTCache");
  }

  @Test
  void jdkThatIsTooOldIsPassedOver() throws Exception {
    Path old = jdk("old", "17.0.2");

    Ended ended = launch(Map.of("JAVA_HOME", old.toString()), "--which-jdk");

    assertThat(ended.said().strip()).endsWith("/jdk");
  }

  /** No other JDK is known to have that flag, and one that has it not would not start. */
  @Test
  void profilesAreNotLookedForByTheJdkThatWould() throws Exception {
    Path known = jdk("known", "25.0.1");

    assertThat(launch(Map.of("JAVA_HOME", known.toString()), "dev").said())
        .contains("-XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining");
    assertThat(launch(Map.of(), "dev").said()).contains("java -").doesNotContain("Replay");
  }

  /** Else both versions would be joined. */
  @Test
  void jarsOfAnOlderBuildAreNotTakenForItsOwn() throws Exception {
    Path target = Files.createDirectories(root.resolve("tree/waypoint/target/libraries"));
    Files.writeString(target.resolve("netty-old.jar"), "jar");
    Files.writeString(target.resolveSibling("waypoint-0.0.9.jar"), "jar");

    launch(Map.of(), "dev");

    assertThat(journal()).containsExactly("built", JOINED, "trained");
  }

  @Test
  void isFoundThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("link"), launcher);
    launcher = link;

    assertThat(launch(Map.of(), "dev").code()).isEqualTo(42);
    assertThat(root.resolve("tree/.waypoint/stamp")).exists();
  }

  @Test
  void ownFlagsAreAppended() throws Exception {
    Ended ended = launch(Map.of("WAYPOINT_JAVA_OPTS", "-Xmx64m -Dx=y"), "dev");

    assertThat(ended.said()).contains("-Xmx64m -Dx=y -cp ");
  }

  private Ended launch(Map<String, String> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    return run(environment, root, command);
  }

  private Ended run(Map<String, String> environment, Path folder, List<String> command)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    String tools = root.resolve("tools") + ":" + root.resolve("jdk/bin");
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().put("HOME", root.toString());
    builder.environment().put("JOURNAL", journal.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  private List<String> journal() throws IOException {
    return Files.readAllLines(journal);
  }

  private Path jdk(String name, String version) throws IOException {
    program(name + "/bin/java", JAVA);
    program(name + "/bin/javac", "#!/bin/sh\n");
    Files.writeString(root.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return root.resolve(name);
  }

  private void program(String name, String script) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
