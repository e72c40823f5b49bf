// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;
import org.openjdk.jmh.generators.reflection.RFGeneratorSource;

/**
 * Runs JMH in a process of its own, over classes that are generated at that moment: the build knows
 * nothing of it.
 */
public final class Micro {
  private static final List<Class<?>> ALL =
      List.of(
          PickBench.class, RouteBench.class, PolicyBench.class, ApplyBench.class, ScanBench.class);

  private Micro() {}

  /**
   * Runs it.
   *
   * @param arguments JMH's own: a pattern of names and its options
   * @param folder for what is generated
   * @return JMH's exit code
   * @throws IOException when something cannot be written, compiled or started
   */
  public static int run(List<String> arguments, Path folder)
      throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    generate(sources, classes);
    compile(sources, classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(classPath(classes));
    command.add("org.openjdk.jmh.Main");
    command.addAll(arguments);
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static String classPath(Path classes) {
    return classes + java.io.File.pathSeparator + System.getProperty("java.class.path");
  }

  private static void generate(Path sources, Path classes) {
    var found = new RFGeneratorSource();
    found.processClasses(ALL.toArray(Class[]::new));
    var to = new FileSystemDestination(classes.toFile(), sources.toFile());
    var generator = new BenchmarkGenerator();
    generator.generate(found, to);
    generator.complete(found, to);
    if (to.hasErrors()) {
      throw new IllegalStateException("JMH cannot use these classes: " + to.getErrors());
    }
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        var walk = Files.walk(sources)) {
      List<Path> written = walk.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of("-d", classes.toString(), "-cp", classPath(classes), "-proc:none", "-nowarn");
      boolean compiled =
          compiler
              .getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(written))
              .call();
      if (!compiled) {
        throw new IOException("what JMH generated does not compile");
      }
    }
  }
}
