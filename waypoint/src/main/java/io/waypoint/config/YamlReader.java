// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Events to trees. It works from events and not from the library's own nodes because those are
 * built by recursion, which a file of ten thousand brackets would turn into a stack overflow.
 */
final class YamlReader {
  /** Characters of one file. */
  static final int LARGEST_TEXT = 4 * 1024 * 1024;

  private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();

  private final Source source;
  private final Problems problems;
  private final List<Tree> documents = new ArrayList<>();
  private @Nullable TreeBuilder builder;

  private YamlReader(Source source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  /** The documents of a text, as far as they can be read. */
  static List<Tree> read(Source source, Problems problems) {
    var reader = new YamlReader(source, problems);
    reader.read();
    return reader.documents;
  }

  private void read() {
    if (source.text().length() > LARGEST_TEXT) {
      problems.error(
          Code.TOO_LARGE, "", Position.whole(source), "the file has more than 4 MiB", null);
      return;
    }
    LoadSettings settings =
        LoadSettings.builder().setLabel(source.name()).setCodePointLimit(LARGEST_TEXT).build();
    try {
      for (Event event : new Parse(settings).parseString(source.text())) {
        accept(event);
      }
    } catch (TreeBuilder.Refused refused) {
      problems.error(refused.code(), "", refused.position(), refused.words(), null);
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().map(m -> position(m, 1)).orElse(Position.whole(source));
      problems.error(Code.SYNTAX, "", at, sentence(e), hint(e.getProblem()));
    } catch (ReaderException e) {
      problems.error(
          Code.SYNTAX,
          "",
          at(e.getPosition()),
          "character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
          null);
    } catch (YamlEngineException e) {
      problems.error(Code.SYNTAX, "", Position.whole(source), String.valueOf(e.getMessage()), null);
    }
  }

  private void accept(Event event) {
    TreeBuilder open = builder;
    switch (event.getEventId()) {
      case DocumentStart -> builder = new TreeBuilder(problems);
      case DocumentEnd -> {
        Tree root = open == null ? null : open.root();
        if (root != null) {
          documents.add(root);
        }
        builder = null;
      }
      case StreamStart, StreamEnd, Comment -> {}
      default -> {
        if (open != null) {
          node(open, event);
        }
      }
    }
  }

  private void node(TreeBuilder open, Event event) {
    Position at = position(event);
    switch (event) {
      case ScalarEvent scalar -> open.scalar(scalar(scalar, at), anchor(scalar));
      case MappingStartEvent start -> open.openMapping(anchor(start), at);
      case SequenceStartEvent start -> open.openItems(anchor(start), at);
      case AliasEvent alias -> open.alias(alias.getAlias().getValue(), at);
      case DocumentStartEvent _ -> {}
      default -> open.close();
    }
  }

  private static @Nullable String anchor(NodeEvent event) {
    return event.getAnchor().map(a -> a.getValue()).orElse(null);
  }

  private static Tree.Scalar scalar(ScalarEvent event, Position at) {
    String text = event.getValue();
    Tree.Type type = event.isPlain() ? type(event, text) : Tree.Type.TEXT;
    return new Tree.Scalar(text, type, event.getScalarStyle() == ScalarStyle.LITERAL, at);
  }

  private static Tree.Type type(ScalarEvent event, String text) {
    Optional<String> tag = event.getTag();
    String resolved = tag.orElseGet(() -> RESOLVER.resolve(text, true).getValue());
    if (resolved.equals(Tag.INT.getValue())) {
      return Tree.Type.INTEGER;
    }
    if (resolved.equals(Tag.FLOAT.getValue())) {
      return Tree.Type.DECIMAL;
    }
    if (resolved.equals(Tag.BOOL.getValue())) {
      return Tree.Type.BOOLEAN;
    }
    return resolved.equals(Tag.NULL.getValue()) ? Tree.Type.NULL : Tree.Type.TEXT;
  }

  private Position position(Event event) {
    Mark start = event.getStartMark().orElse(null);
    if (start == null) {
      return Position.whole(source);
    }
    Mark end = event.getEndMark().orElse(start);
    boolean oneLine = end.getLine() == start.getLine() && event instanceof ScalarEvent;
    return position(start, oneLine ? Math.max(1, end.getColumn() - start.getColumn()) : 1);
  }

  private Position position(Mark mark, int length) {
    return new Position(source, mark.getLine() + 1, mark.getColumn() + 1, length);
  }

  /** The position of a character by its index. */
  private Position at(int index) {
    String before = source.text().substring(0, Math.clamp(index, 0, source.text().length()));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Position(source, line + 1, before.length() - before.lastIndexOf('\n'), 1);
  }

  private static String sentence(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    return e.getContext() == null || e.getContext().isEmpty()
        ? problem
        : e.getContext() + ": " + problem;
  }

  private static @Nullable String hint(@Nullable String problem) {
    if (problem == null) {
      return null;
    }
    if (problem.contains("TAB")) {
      return "YAML is indented with spaces";
    }
    return problem.startsWith("mapping values are not allowed")
        ? "is the indentation of this line right, and is text with \": \" in quotes?"
        : null;
  }
}
