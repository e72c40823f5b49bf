// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prefixes by their elements between slashes.
 *
 * <p>{@link #find} walks down along the path as far as there are nodes, then up again, so that the
 * longest prefix is asked first. Nodes without candidates are skipped on the way up. A node finds
 * its child by hashing the element where it stands in the path; no substring is made.
 */
final class PathTrie {
  private final Node root;

  private PathTrie(Node root) {
    this.root = root;
  }

  @Nullable Candidate find(RequestHead head) {
    String path = head.path();
    Node node = path.startsWith("/") ? deepest(path) : null;
    while (node != null) {
      Candidate found = PathIndex.first(node.candidates, head);
      if (found != null) {
        return found;
      }
      node = node.above;
    }
    return null;
  }

  private Node deepest(String path) {
    Node node = root;
    int from = 1;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      Node child = node.child(path, from, to);
      if (child == null) {
        return node;
      }
      node = child;
      from = to + 1;
    }
    return node;
  }

  /** A prefix that may have candidates, and longer prefixes below it. */
  private static final class Node {
    private final String element;
    private final @Nullable Node above;
    private final Candidate[] candidates;
    private final @Nullable Node[] children;

    /**
     * @param parent the node one element up
     * @param children how many there will be
     */
    Node(String element, @Nullable Node parent, List<Candidate> candidates, int children) {
      this.element = element;
      this.above = parent == null || parent.candidates.length > 0 ? parent : parent.above;
      this.candidates = candidates.toArray(Candidate[]::new);
      this.children = new Node[children == 0 ? 0 : Integer.highestOneBit(children) * 4];
    }

    /** Open addressing; the table is never more than half full, so every search ends. */
    @Nullable Node child(String path, int from, int to) {
      if (children.length == 0) {
        return null;
      }
      int slot = hash(path, from, to);
      while (true) {
        Node child = children[slot & (children.length - 1)];
        if (child == null || child.is(path, from, to)) {
          return child;
        }
        slot++;
      }
    }

    void adopt(Node child) {
      int slot = hash(child.element, 0, child.element.length());
      while (children[slot & (children.length - 1)] != null) {
        slot++;
      }
      children[slot & (children.length - 1)] = child;
    }

    private boolean is(String path, int from, int to) {
      return element.length() == to - from && path.startsWith(element, from);
    }

    private static int hash(String text, int from, int to) {
      int hash = 0;
      for (int i = from; i < to; i++) {
        hash = 31 * hash + text.charAt(i);
      }
      return hash ^ (hash >>> 16);
    }
  }

  /** Collects prefixes; a list of candidates stays in the order in which they were added. */
  static final class Builder {
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, Builder> children = new HashMap<>();

    /**
     * @param prefix without a trailing slash; empty for everything
     */
    void add(String prefix, Candidate candidate) {
      Builder node = this;
      int from = 1;
      while (from <= prefix.length()) {
        int slash = prefix.indexOf('/', from);
        int to = slash < 0 ? prefix.length() : slash;
        node = node.children.computeIfAbsent(prefix.substring(from, to), e -> new Builder());
        from = to + 1;
      }
      node.candidates.add(candidate);
    }

    PathTrie build() {
      return new PathTrie(build("", null));
    }

    private Node build(String element, @Nullable Node parent) {
      Node node = new Node(element, parent, candidates, children.size());
      children.forEach((name, child) -> node.adopt(child.build(name, node)));
      return node;
    }
  }
}
