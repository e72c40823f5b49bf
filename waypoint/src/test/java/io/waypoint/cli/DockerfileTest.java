// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be seen of an image without building it; {@code RunningImageIT} runs one. */
class DockerfileTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LAUNCHED =
      Pattern.compile("\"\\$home/([^\"]+)\"|\"@\\$home/([^\"]+)\"|\"(-[^\"]*)\\$home([^\"]*)\"");

  private static List<String> instructions;

  @BeforeAll
  static void read() throws IOException {
    instructions = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (String line : Files.readAllLines(ROOT.resolve("Dockerfile"))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      joined.append(line.endsWith("\\") ? line.substring(0, line.length() - 1) : line);
      if (!line.endsWith("\\")) {
        instructions.add(joined.toString().strip());
        joined.setLength(0);
      }
    }
  }

  private static List<String> of(String instruction) {
    return instructions.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length() + 1))
        .toList();
  }

  @Test
  void everySystemIsAnArgument() {
    assertThat(of("FROM"))
        .allSatisfy(from -> assertThat(from).matches("(scratch|\\$\\{(BUILDER|BASE)}).*"));
  }

  /** A name such as "nobody" would have to be looked up in the image. */
  @Test
  void userIsANumberAndNotRoot() {
    assertThat(of("USER")).containsExactly("65532:65532");
  }

  @Test
  void javaIsProcessOne() {
    assertThat(of("ENTRYPOINT")).hasSize(1).first().asString().startsWith("[\"/app/jre/bin/java\"");
    assertThat(of("STOPSIGNAL")).containsExactly("SIGTERM");
    assertThat(of("HEALTHCHECK").getFirst()).contains("CMD [\"/app/jre/bin/java\"", "healthcheck");
  }

  /** A cache fits only what is started as it was when the cache was made. */
  @Test
  void startsAsTheLauncherDoes() throws IOException {
    String launcher = Files.readString(ROOT.resolve("waypoint/src/dist/waypoint"));
    String entrypoint = of("ENTRYPOINT").getFirst();
    List<String> flags =
        LAUNCHED
            .matcher(launcher.substring(launcher.indexOf("exec ")))
            .results()
            .map(match ->
                match.group(2) != null
                    ? "@/app/" + match.group(2)
                    : match.group(3) != null
                        ? match.group(3) + "/app" + match.group(4)
                        : "/app/" + match.group(1))
            .toList();

    assertThat(flags).hasSizeGreaterThan(3);
    assertThat(flags).allSatisfy(flag -> assertThat(entrypoint).contains('"' + flag + '"'));
  }

  @Test
  void whatIsCopiedIsThereAndNotIgnored() throws IOException {
    List<String> kept =
        Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    for (String copy : of("COPY")) {
      if (!copy.startsWith("--from")) {
        String[] words = copy.split(" ");
        for (String source : Arrays.copyOf(words, words.length - 1)) {
          assertThat(ROOT.resolve(source)).exists();
          assertThat(kept).contains(source);
        }
      }
    }
    assertThat(of("ADD")).isEmpty();
  }

  @Test
  void labelsSayWhatAndWhence() {
    String labels = of("LABEL").getFirst();

    for (String name :
        List.of(
            "title", "description", "version", "revision", "created", "source", "documentation")) {
      assertThat(labels).contains("org.opencontainers.image." + name + "=\"");
    }
    assertThat(labels).contains("org.opencontainers.image.licenses=\"Apache-2.0\"");
  }
}
