// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart of this repository, through Helm's own engine. */
public final class Chart {
  static final Path FOLDER = Path.of("../chart");
  static final String RELEASE = "shop";
  static final String NAMESPACE = "bookinfo";
  private static final String KUBERNETES = "1.36.3";

  private Chart() {}

  /** The values that the chart promises to work with. */
  public static List<Path> examples() {
    try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
      return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path example(String name) {
    return FOLDER.resolve("ci").resolve(name + "-values.yaml");
  }

  /** Every object that a release with these values brings, as text. */
  static String text(Path values) {
    return text(NAMESPACE, values);
  }

  private static String text(String namespace, Path values) {
    return new Helm(FOLDER)
        .template()
        .withName(RELEASE)
        .withNamespace(namespace)
        .withKubeVersion(KUBERNETES)
        .withValuesFile(values)
        .call();
  }

  public static List<Rendered> render(Path values) {
    return objects(text(values));
  }

  /** As {@link #render(Path)}, with values as text. */
  public static List<Rendered> render(String values) {
    return objects(text(NAMESPACE, values));
  }

  /** What a release in a namespace brings, with values as text, object by object. */
  public static List<Rendered> render(String namespace, String values) {
    return objects(text(namespace, values));
  }

  /** What a release in a namespace brings, with values as text. */
  public static String text(String namespace, String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        return text(namespace, Files.writeString(file, values));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Rendered> objects(String text) {
    List<Rendered> objects = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (document != null) {
        objects.add(new Rendered(Rendered.map(document)));
      }
    }
    return objects;
  }

  /** What {@code helm lint --strict} says with these values in the place of the defaults. */
  static LintResult lint(Path values, Path scratch) throws IOException {
    Path copy = scratch.resolve("waypoint");
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(FOLDER.relativize(file).toString()));
      }
    }
    Map<String, Object> merged = new LinkedHashMap<>(yaml(FOLDER.resolve("values.yaml")));
    merge(merged, yaml(values));
    Files.writeString(
        copy.resolve("values.yaml"), new Dump(DumpSettings.builder().build()).dumpToString(merged));
    return new Helm(copy).lint().strict().call();
  }

  /** As Helm does it: maps are merged, everything else is replaced. */
  private static void merge(Map<String, Object> base, Map<String, Object> over) {
    over.forEach((key, value) -> {
      if (value instanceof Map<?, ?> && base.get(key) instanceof Map<?, ?> below) {
        Map<String, Object> merged = new LinkedHashMap<>(Rendered.map(below));
        merge(merged, Rendered.map(value));
        base.put(key, merged);
      } else {
        base.put(key, value);
      }
    });
  }

  static Map<String, Object> yaml(Path file) throws IOException {
    return yaml(Files.readString(file));
  }

  /** A document as a tree. */
  public static Map<String, Object> tree(String text) {
    return yaml(text);
  }

  static Map<String, Object> yaml(String text) {
    return Rendered.map(
        Objects.requireNonNull(new Load(LoadSettings.builder().build()).loadFromString(text)));
  }
}
