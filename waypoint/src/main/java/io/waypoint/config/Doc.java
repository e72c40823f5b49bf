// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a document that never throws for what the document says: asking for something that
 * is not there or of another type adds a {@link Problem} with its position and answers the
 * fallback, so that reading goes on and all problems appear at once.
 *
 * <p>{@code null} in YAML is the same as absence, as it is to an API server.
 */
public final class Doc {
  private final @Nullable Tree tree;
  private final Position position;
  private final String path;
  private final String name;
  private final Problems problems;

  private Doc(@Nullable Tree tree, Position position, String path, String name, Problems problems) {
    this.tree = tree instanceof Tree.Scalar scalar && scalar.type() == Tree.Type.NULL ? null : tree;
    this.position = position;
    this.path = path;
    this.name = name;
    this.problems = problems;
  }

  /**
   * The documents of a text; empty ones are left out. What cannot be parsed is a problem and ends
   * the list.
   */
  public static List<Doc> read(Source source, Problems problems) {
    List<Doc> docs = new ArrayList<>();
    for (Tree tree : YamlReader.read(source, problems)) {
      var doc = new Doc(tree, tree.position(), "", "", problems);
      if (doc.present()) {
        docs.add(doc);
      }
    }
    return docs;
  }

  static Doc of(Tree tree, Problems problems) {
    return new Doc(tree, tree.position(), "", "", problems);
  }

  /** A document in which nothing is written. */
  static Doc nothing(Problems problems) {
    return new Doc(null, Position.whole(Source.file("", "")), "", "", problems);
  }

  /** Of an object that is not written down here; problems speak of its source. */
  public static Doc unwritten(Source source, Problems problems) {
    return new Doc(null, Position.whole(source), "", "", problems);
  }

  /** The field's path, for example {@code spec.rules[0].matches}. */
  public String path() {
    return path;
  }

  /** The key or index under which this stands; empty for a document. */
  public String name() {
    return name;
  }

  /** Where the value stands; of an absent one, where its parent does. */
  public Position position() {
    return position;
  }

  public boolean present() {
    return tree != null;
  }

  /** Whether this is a mapping that has a field of some name, even an empty one. */
  public boolean has(String field) {
    return tree instanceof Tree.Mapping mapping
        && mapping.entries().get(field) != null
        && field(field).present();
  }

  /** Whether this is a mapping in which a field is written down, even with nothing in it. */
  public boolean names(String field) {
    return tree instanceof Tree.Mapping mapping && mapping.entries().containsKey(field);
  }

  /** A field of a mapping; a cursor at nothing when it is absent. */
  public Doc field(String field) {
    String to =
        path.isEmpty() ? field : path + (isWord(field) ? "." + field : "[\"" + field + "\"]");
    Tree.Mapping mapping = mapping();
    Tree.Entry entry = mapping == null ? null : mapping.entries().get(field);
    return entry == null
        ? new Doc(null, position, to, field, problems)
        : new Doc(entry.value(), entry.value().position(), to, field, problems);
  }

  /** Where a field's key stands, or this mapping when it has no such field. */
  public Position keyPosition(String field) {
    Tree.Entry entry = tree instanceof Tree.Mapping mapping ? mapping.entries().get(field) : null;
    return entry == null ? position : entry.key();
  }

  /** The fields of a mapping, in their order. */
  public List<Doc> fields() {
    Tree.Mapping mapping = mapping();
    return mapping == null
        ? List.of()
        : mapping.entries().keySet().stream().map(this::field).toList();
  }

  /** The items of a list. */
  public List<Doc> list() {
    if (tree == null) {
      return List.of();
    }
    if (!(tree instanceof Tree.Items items)) {
      wrongType(tree, "a list");
      return List.of();
    }
    List<Doc> docs = new ArrayList<>();
    for (Tree item : items.list()) {
      int index = docs.size();
      docs.add(
          new Doc(
              item, item.position(), path + "[" + index + "]", String.valueOf(index), problems));
    }
    return docs;
  }

  /** The items of a list that may have so many at most. */
  public List<Doc> list(int most) {
    List<Doc> docs = list();
    if (docs.size() > most) {
      docs.get(most)
          .error(Code.LIMIT, path + " has " + docs.size() + " items, the limit is " + most);
    }
    return docs;
  }

  /** Text, or null when it is absent or something else. */
  public @Nullable String text() {
    if (tree == null) {
      return null;
    }
    if (tree instanceof Tree.Scalar scalar && scalar.type() == Tree.Type.TEXT) {
      return scalar.text();
    }
    wrongType(tree, "text");
    return null;
  }

  public String text(String fallback) {
    String text = text();
    return text == null ? fallback : text;
  }

  /** Text that must be there and not be empty; empty text when it is not. */
  public String required() {
    String text = text();
    if (tree == null || text != null && text.isEmpty()) {
      error(Code.MISSING_FIELD, path + " is required");
    }
    return text == null ? "" : text;
  }

  /** A list of texts; items that are not are left out. */
  public List<String> texts() {
    return list().stream().map(Doc::text).filter(t -> t != null).toList();
  }

  /** A mapping from texts to texts, for example labels. */
  public Map<String, String> textMap() {
    Map<String, String> map = new LinkedHashMap<>();
    for (Doc field : fields()) {
      map.put(field.name, field.text(""));
    }
    return map;
  }

  /** A whole number in a range, or the fallback. */
  public int integer(int least, int most, int fallback) {
    if (tree == null) {
      return fallback;
    }
    if (!(tree instanceof Tree.Scalar scalar) || scalar.type() != Tree.Type.INTEGER) {
      wrongType(tree, "a whole number");
      return fallback;
    }
    long value;
    try {
      value =
          Long.decode(scalar.text().startsWith("0o") ? scalar.text().substring(1) : scalar.text());
    } catch (NumberFormatException _) {
      value = Long.MAX_VALUE;
    }
    if (value < least || value > most) {
      error(
          Code.LIMIT, path + " is " + scalar.text() + ", it must be from " + least + " to " + most);
      return fallback;
    }
    return (int) value;
  }

  public boolean flag(boolean fallback) {
    if (tree == null) {
      return fallback;
    }
    if (tree instanceof Tree.Scalar scalar && scalar.type() == Tree.Type.BOOLEAN) {
      return scalar.text().equalsIgnoreCase("true");
    }
    wrongType(tree, "true or false");
    return fallback;
  }

  /** One of some words, or null. A word that is not one of them is a problem. */
  public @Nullable String oneOf(List<String> words) {
    String word = text();
    if (word == null || words.contains(word)) {
      return word;
    }
    error(Code.BAD_VALUE, path + " is \"" + word + "\"", didYouMean(word, words));
    return null;
  }

  /** A hint about a word that is none of some words. */
  public static String didYouMean(String word, List<String> words) {
    String near = Spelling.nearest(word, words);
    return near != null ? "did you mean \"" + near + "\"?" : "one of " + String.join(", ", words);
  }

  /** Whether this is a number or text that looks like one: a port by number rather than by name. */
  public boolean isNumber() {
    return tree instanceof Tree.Scalar scalar && scalar.type() == Tree.Type.INTEGER;
  }

  public boolean isMapping() {
    return tree instanceof Tree.Mapping;
  }

  public boolean isList() {
    return tree instanceof Tree.Items;
  }

  /** A scalar as it is written, whatever its type; empty for all else. */
  public String raw() {
    return tree instanceof Tree.Scalar scalar ? scalar.text() : "";
  }

  /**
   * The value as JSON has it: text, {@link Long} or {@link Double}, {@link Boolean}, list or map;
   * null when it is absent. Whatever follows from its type is for the caller to judge.
   */
  public @Nullable Object plain() {
    return tree == null ? null : Tree.plain(tree);
  }

  /** Reports every field of this mapping that is not one of the known ones. */
  public Doc only(String... known) {
    return only(List.of(known));
  }

  /** Reports every field of this mapping that is not one of the known ones. */
  public Doc only(List<String> known) {
    Tree.Mapping found = mapping();
    if (found != null) {
      found
          .entries()
          .forEach((field, entry) -> {
            if (!known.contains(field)) {
              String where = path.isEmpty() ? "" : " in " + path;
              problems.error(
                  Code.UNKNOWN_FIELD,
                  field(field).path,
                  entry.key(),
                  "unknown field \"" + field + "\"" + where,
                  Advice.hint(field, known));
            }
          });
    }
    return this;
  }

  /**
   * What a path leads to, for example {@code rules[0].from[1].source}: as much of it as there is.
   */
  public Doc at(String steps) {
    Doc here = this;
    for (String step : steps.split("[.\\[\\]]+")) {
      Doc next = here;
      if (here.tree instanceof Tree.Items) {
        List<Doc> items = here.list();
        next = items.stream().filter(i -> i.name.equals(step)).findFirst().orElse(here);
      } else if (here.tree instanceof Tree.Mapping) {
        next = here.field(step);
      }
      if (next == here || !next.present()) {
        return here;
      }
      here = next;
    }
    return here;
  }

  /** Whether this and another say the same, wherever they stand. */
  public boolean sameAs(Doc other) {
    return tree == null || other.tree == null
        ? tree == null && other.tree == null
        : Tree.same(tree, other.tree);
  }

  /** The document that a text value holds, with positions in the file that the text stands in. */
  public @Nullable Doc embedded() {
    String text = text();
    if (text == null || !(tree instanceof Tree.Scalar scalar)) {
      return null;
    }
    List<Tree> trees = Embedded.read(scalar, text, problems);
    return trees.isEmpty()
        ? null
        : new Doc(trees.getFirst(), trees.getFirst().position(), "", "", problems);
  }

  /** The problems that some reading of this document finds, whether they are new or not. */
  public List<Problem> problemsOf(Runnable reading) {
    return problems.during(reading);
  }

  /** Whether somebody wrote this into a file, where nothing checked it before us. */
  public boolean isOfFile() {
    return position.source().hasLines();
  }

  /** Whether problems of both go to the same place. */
  public boolean reportsWith(Doc other) {
    return problems == other.problems;
  }

  /** Reports once more what an earlier reading of the same content found. */
  public void repeat(List<Problem> found) {
    problems.repeat(found);
  }

  /** The same object for every cursor at the same content of one reading; null for nothing. */
  public @Nullable Object content() {
    return tree;
  }

  /** How many errors were reported so far, in whatever place. */
  public int errorsSoFar() {
    return problems.errors();
  }

  public void error(Code code, String message) {
    error(code, message, null);
  }

  public void error(Code code, String message, @Nullable String hint) {
    problems.error(code, path, position, message, hint);
  }

  public void warning(Code code, String message) {
    warning(code, message, null);
  }

  public void warning(Code code, String message, @Nullable String hint) {
    problems.warning(code, path, position, message, hint);
  }

  public void info(Code code, String message) {
    problems.info(code, path, position, message);
  }

  private Tree.@Nullable Mapping mapping() {
    if (tree == null || tree instanceof Tree.Mapping) {
      return (Tree.Mapping) tree;
    }
    wrongType(tree, "a mapping");
    return null;
  }

  private void wrongType(Tree found, String wanted) {
    boolean bare = wanted.equals("text") && found instanceof Tree.Scalar;
    problems.error(
        Code.WRONG_TYPE,
        path,
        position,
        (path.isEmpty() ? "the document" : path) + " is " + found.words() + ", not " + wanted,
        bare ? "put it in quotes: \"" + raw() + "\"" : null);
  }

  private static boolean isWord(String field) {
    for (int i = 0; i < field.length(); i++) {
      if (!Character.isLetterOrDigit(field.charAt(i)) && field.charAt(i) != '_') {
        return false;
      }
    }
    return !field.isEmpty();
  }
}
