// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of docs/install.md. */
final class InstallGuide {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final Pattern APPLIED = Pattern.compile("-f (\\S+)");
  private static final Pattern SET = Pattern.compile("--set (\\S+?)=(\\S+)");

  private InstallGuide() {}

  /** A release: its name, namespace and values. */
  record Release(String name, String namespace, Map<String, String> values) {
    /** Its objects, for the oldest cluster that is promised. */
    String render() {
      TemplateCommand command =
          new Helm(Chart.FOLDER)
              .template()
              .withName(name)
              .withNamespace(namespace)
              .withKubeVersion("1.31.0");
      values.forEach(command::set);
      return command.call();
    }
  }

  static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(Files.readString(ROOT.resolve("docs/install.md")));
    while (blocks.find()) {
      commands.addAll(blocks.group(1).lines().filter(line -> !line.isBlank()).toList());
    }
    return commands;
  }

  static List<Release> releases() throws IOException {
    List<Release> releases = new ArrayList<>();
    for (String command : commands()) {
      if (command.startsWith("helm install ")) {
        String[] words = command.split(" ");
        Map<String, String> values = new LinkedHashMap<>();
        Matcher sets = SET.matcher(command);
        while (sets.find()) {
          values.put(sets.group(1), sets.group(2));
        }
        releases.add(new Release(words[2], words[5], values));
      }
    }
    return releases;
  }

  /** The files that are applied. */
  static List<Path> applied() throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    for (String command : commands()) {
      if (command.startsWith("kubectl apply ")) {
        Matcher matcher = APPLIED.matcher(command);
        while (matcher.find()) {
          files.add(ROOT.resolve(matcher.group(1)));
        }
      }
    }
    return List.copyOf(files);
  }
}
