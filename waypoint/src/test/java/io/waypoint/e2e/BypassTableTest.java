// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/bypasses.md} stays true: it has every row, and every test that it names exists. */
class BypassTableTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

  /** Every bypass of policies.md section 7, in its order, and the rules of 7A. */
  private static final int BYPASSES = 64;

  private static final int RULES = 13;

  private static List<String> rows() throws IOException {
    return Files.readAllLines(Path.of("../docs/bypasses.md")).stream()
        .filter(line -> line.matches("\\| (CVE|GHSA|ISTIO|7\\.).*"))
        .toList();
  }

  @Test
  void everyRowIsThere() throws IOException {
    List<String> rows = rows();

    assertThat(rows).hasSize(BYPASSES + RULES).doesNotHaveDuplicates();
    assertThat(rows.stream().filter(row -> row.startsWith("| 7."))).hasSize(RULES);
  }

  @Test
  void everyRowNamesTestsThatExist() throws IOException {
    Map<String, String> sources = sources();
    for (String row : rows()) {
      Matcher test = TEST.matcher(row);
      int named = 0;
      while (test.find()) {
        named++;
        String source = sources.get(test.group(1));
        assertThat(source).as("%s of %s", test.group(1), row).isNotNull();
        assertThat(source)
            .as("%s of %s", test.group(), row)
            .contains("\n  void " + test.group(2) + "(");
      }
      assertThat(named).as(row).isPositive();
    }
  }

  /** Test classes of all modules, by name. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("rbac", "routing", "filters", "waypoint")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }
}
