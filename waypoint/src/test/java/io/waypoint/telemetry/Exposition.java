// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A metrics page read as strictly as Prometheus reads it. */
final class Exposition {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

  record Sample(String name, Map<String, String> labels, double value) {
    String label(String name) {
      return Objects.requireNonNull(labels.get(name), () -> "no label " + name + " in " + labels);
    }
  }

  private final Map<String, Sample> samples = new LinkedHashMap<>();
  private final Map<String, String> types = new TreeMap<>();

  static Exposition of(Telemetry telemetry) {
    MetricsPage page = telemetry.page();
    var text = new StringBuilder();
    for (String chunk = page.next(); chunk != null; chunk = page.next()) {
      assertThat(chunk).as("a chunk ends at the end of a line").endsWith("\n");
      text.append(chunk);
    }
    var exposition = new Exposition();
    text.toString().lines().forEach(exposition::read);
    return exposition;
  }

  private void read(String line) {
    if (line.startsWith("# TYPE ")) {
      String[] words = line.split(" ");
      assertThat(types.put(words[2], words[3])).as("one TYPE for %s", words[2]).isNull();
    } else if (!line.startsWith("#")) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String labelText = sample.group(2) == null ? "" : sample.group(2);
      String key = sample.group(1) + "{" + labelText + "}";
      var made = new Sample(sample.group(1), labels(labelText), number(sample.group(3)));
      assertThat(samples.put(key, made)).as("one sample for %s", key).isNull();
    }
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (label.find()) {
      assertThat(label.start()).as(text).isEqualTo(end);
      assertThat(labels.put(label.group(1), label.group(2))).as(text).isNull();
      end = label.end();
    }
    assertThat(end).as(text).isEqualTo(text.length());
    return labels;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  String type(String family) {
    return Objects.requireNonNull(types.get(family), () -> "no family " + family);
  }

  boolean has(String name) {
    return samples.values().stream().anyMatch(sample -> sample.name.equals(name));
  }

  Sample one(String name) {
    return one(name, sample -> true);
  }

  Sample one(String name, Predicate<Sample> which) {
    var found = samples.values().stream().filter(s -> s.name.equals(name)).filter(which).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  double sum(String name) {
    return samples.values().stream()
        .filter(sample -> sample.name.equals(name))
        .mapToDouble(Sample::value)
        .sum();
  }

  long count(String name) {
    return samples.values().stream().filter(sample -> sample.name.equals(name)).count();
  }
}
