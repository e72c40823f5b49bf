// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the tree of one document from events, within bounds that count aliases as expanded. */
final class TreeBuilder {
  static final int DEEPEST = 64;
  static final int MOST_NODES = 200_000;

  private final Problems problems;
  private final Deque<Open> stack = new ArrayDeque<>();
  private final Map<String, Tree> anchors = new HashMap<>();
  private @Nullable Tree root;
  private long nodes;

  TreeBuilder(Problems problems) {
    this.problems = problems;
  }

  /** Ends the reading of a file: what remains of it cannot be trusted. */
  static final class Refused extends RuntimeException {
    private final Code code;
    private final transient Position position;
    private final String words;

    Refused(Code code, Position position, String words) {
      super(words, null, false, false);
      this.code = code;
      this.position = position;
      this.words = words;
    }

    Code code() {
      return code;
    }

    Position position() {
      return position;
    }

    String words() {
      return words;
    }
  }

  /** A collection whose end has not come yet. */
  private static final class Open {
    private final @Nullable String anchor;
    private final Position position;
    private final boolean mapping;
    private final Map<String, Tree.Entry> entries = new LinkedHashMap<>();
    private final List<Tree> items = new ArrayList<>();
    private final List<Tree.Mapping> merged = new ArrayList<>();
    private Tree.@Nullable Scalar key;
    private long size = 1;
    private int height;

    private Open(@Nullable String anchor, Position position, boolean mapping) {
      this.anchor = anchor;
      this.position = position;
      this.mapping = mapping;
    }

    private Tree closed() {
      merged.forEach(other -> other.entries().forEach(entries::putIfAbsent));
      int total = (int) Math.min(size, Integer.MAX_VALUE);
      return mapping
          ? new Tree.Mapping(entries, total, height + 1, position)
          : new Tree.Items(items, total, height + 1, position);
    }
  }

  void openMapping(@Nullable String anchor, Position position) {
    open(new Open(anchor, position, true));
  }

  void openItems(@Nullable String anchor, Position position) {
    open(new Open(anchor, position, false));
  }

  private void open(Open collection) {
    Open parent = stack.peek();
    if (parent != null && parent.mapping && parent.key == null) {
      throw new Refused(Code.SYNTAX, collection.position, "a key is text, not a collection");
    }
    stack.push(collection);
    if (stack.size() > DEEPEST) {
      throw new Refused(
          Code.TOO_LARGE, collection.position, "nested deeper than " + DEEPEST + " levels");
    }
  }

  void close() {
    Open done = stack.pop();
    place(done.closed(), done.anchor, 1);
  }

  void scalar(Tree.Scalar scalar, @Nullable String anchor) {
    place(scalar, anchor, 1);
  }

  void alias(String name, Position position) {
    Tree target = anchors.get(name);
    if (target == null) {
      boolean inside = stack.stream().anyMatch(open -> name.equals(open.anchor));
      throw new Refused(
          Code.SYNTAX,
          position,
          inside ? "alias *" + name + " contains itself" : "there is no anchor &" + name);
    }
    if (stack.size() + target.height() > DEEPEST) {
      throw new Refused(Code.TOO_LARGE, position, "nested deeper than " + DEEPEST + " levels");
    }
    place(target, null, target.size());
  }

  private void place(Tree tree, @Nullable String anchor, int cost) {
    nodes += cost;
    if (nodes > MOST_NODES) {
      throw new Refused(
          Code.TOO_LARGE, tree.position(), "more than " + MOST_NODES + " nodes in one document");
    }
    if (anchor != null) {
      anchors.put(anchor, tree);
    }
    Open parent = stack.peek();
    if (parent == null) {
      root = tree;
      return;
    }
    parent.size += tree.size();
    parent.height = Math.max(parent.height, tree.height());
    if (!parent.mapping) {
      parent.items.add(tree);
    } else if (parent.key == null) {
      parent.key = key(tree);
    } else {
      put(parent, parent.key, tree);
      parent.key = null;
    }
  }

  private static Tree.Scalar key(Tree tree) {
    if (tree instanceof Tree.Scalar scalar) {
      return scalar;
    }
    throw new Refused(Code.SYNTAX, tree.position(), "a key is text, not a collection");
  }

  private void put(Open parent, Tree.Scalar key, Tree value) {
    if (key.text().equals("<<") && value instanceof Tree.Mapping merged) {
      parent.merged.add(merged);
      return;
    }
    if (parent.entries.put(key.text(), new Tree.Entry(key.position(), value)) != null) {
      problems.error(
          Code.DUPLICATE_KEY,
          "",
          key.position(),
          "key \"" + key.text() + "\" stands twice in this mapping",
          null);
    }
  }

  @Nullable Tree root() {
    return root;
  }
}
