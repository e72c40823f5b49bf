// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.List;

/** A text that configuration was read from, under the name by which problems speak of it. */
public final class Source {
  private final String name;
  private final String text;
  private final boolean hasLines;
  private final String label;

  private Source(String name, String text, boolean hasLines, String label) {
    this.name = name;
    this.text = text;
    this.hasLines = hasLines;
    this.label = label;
  }

  /** A file: problems in it say {@code name:line:column}. */
  public static Source file(String name, String text) {
    return new Source(name, text, true, name);
  }

  /**
   * An object of a cluster, as JSON: nobody can look up its lines, so problems in it say {@code
   * kind namespace/name}.
   */
  public static Source object(String kind, String namespace, String name, String json) {
    String object = kind + " " + place(namespace, name);
    return new Source(object, json, false, object);
  }

  /** An object of a cluster in one of its versions, which problems in it say too. */
  public static Source version(String kind, String namespace, String name, String resourceVersion) {
    String object = kind + " " + place(namespace, name);
    return new Source(object, "", false, object + " (resourceVersion " + resourceVersion + ")");
  }

  private static String place(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  /** Whether a line and column of this text mean anything to a reader. */
  boolean hasLines() {
    return hasLines;
  }

  /** The name, and which version of the object it was. */
  String label() {
    return label;
  }

  /** The lines of the text, without their ends. */
  List<String> lines() {
    return text.lines().toList();
  }
}
