// SPDX-License-Identifier: Apache-2.0

import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The rules a compiler does not check: every Java file is laid out as google-java-format lays it out, carries the licence line
 * and stays within 500 lines. Run by the build in {@code validate}; {@code mvn validate -Dhouse.mode=fix} formats instead.
 */
public final class HouseRules {
  private static final int LONGEST_FILE = 500;
  private static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";

  public static void main(String[] args) throws IOException {
    boolean fix = args[0].equals("fix");
    Path root = Path.of(args[1]);
    List<Path> files = new ArrayList<>();
    for (String module : List.of("routing", "rbac", "filters", "waypoint", "load-tests")) {
      Path sources = root.resolve(module).resolve("src");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> walk = Files.walk(sources)) {
          walk.filter(path -> path.toString().endsWith(".java")).sorted().forEach(files::add);
        }
      }
    }
    var broken = new ConcurrentLinkedQueue<String>();
    files.parallelStream().forEach(file -> check(root, file, fix, broken));
    broken.stream().sorted().forEach(line -> System.err.println("[house] " + line));
    if (!broken.isEmpty()) {
      System.err.println("[house] " + broken.size() + " broken; layout: mvn -q validate -Dhouse.mode=fix");
      System.exit(1);
    }
    long[] lines = files.stream().mapToLong(HouseRules::lines).sorted().toArray();
    if (lines.length > 0) {
      System.out.println(
          "[house] " + lines.length + " files, median " + lines[lines.length / 2] + " lines, longest " + lines[lines.length - 1]);
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void check(Path root, Path file, boolean fix, ConcurrentLinkedQueue<String> broken) {
    String name = root.relativize(file).toString();
    try {
      String source = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(source);
      if (!source.equals(formatted)) {
        if (fix) {
          Files.writeString(file, formatted);
        } else {
          broken.add(name + ": not formatted");
        }
      }
      if (!source.startsWith(LICENCE)) {
        broken.add(name + ": first line is not \"" + LICENCE + "\"");
      }
      long lines = formatted.lines().count();
      if (lines > LONGEST_FILE) {
        broken.add(name + ": " + lines + " lines, the limit is " + LONGEST_FILE);
      }
    } catch (Exception e) {
      broken.add(name + ": " + e.getMessage());
    }
  }
}
