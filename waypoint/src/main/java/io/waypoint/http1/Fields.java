// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A message's header fields, or its trailers, in order of arrival and cased as received. Names are
 * found whatever their case (RFC 9110 section 5.1). One array, searched from its beginning:
 * messages have some ten fields.
 *
 * <p>What is set is checked, so that no field can end its line: an {@link IllegalArgumentException}
 * says that it was not taken. A value of null is refused when it is added, and removes the field
 * when it is set.
 */
public final class Fields implements MultiMap {
  private static final int USUAL = 12;

  /** Names at even places, their values behind them. */
  private String[] texts;

  private int end;
  private final boolean mutable;

  public Fields() {
    this(new String[2 * USUAL], 0, true);
  }

  private Fields(String[] texts, int end, boolean mutable) {
    this.texts = texts;
    this.end = end;
    this.mutable = mutable;
  }

  /** How many fields there are; {@link #size} counts names. */
  public int count() {
    return end / 2;
  }

  /** The name of a field by its place. */
  public String name(int place) {
    return texts[2 * Objects.checkIndex(place, count())];
  }

  /** The value of a field by its place. */
  public String value(int place) {
    return texts[2 * Objects.checkIndex(place, count()) + 1];
  }

  /** Adds a field that whoever has parsed the message has checked. */
  public void received(String name, String value) {
    if (end == texts.length) {
      texts = Arrays.copyOf(texts, Math.max(2 * USUAL, 2 * end));
    }
    texts[end] = name;
    texts[end + 1] = value;
    end += 2;
  }

  /** Writes every field as a line of its own; what is not ISO 8859-1 becomes a question mark. */
  public void writeTo(ByteBuf to) {
    for (int i = 0; i < end; i += 2) {
      Text.write(texts[i], to);
      to.writeShort(Text.COLON_SPACE);
      Text.write(texts[i + 1], to);
      to.writeShort(Text.CRLF);
    }
  }

  private int find(CharSequence name, int from) {
    for (int i = from; i < end; i += 2) {
      if (Text.same(texts[i], name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public @Nullable String get(CharSequence name) {
    int at = find(name, 0);
    return at < 0 ? null : texts[at + 1];
  }

  @Override
  public @Nullable String get(String name) {
    return get((CharSequence) name);
  }

  @Override
  public List<String> getAll(String name) {
    return getAll((CharSequence) name);
  }

  @Override
  public List<String> getAll(CharSequence name) {
    int at = find(name, 0);
    if (at < 0) {
      return List.of();
    }
    int next = find(name, at + 2);
    if (next < 0) {
      return List.of(texts[at + 1]);
    }
    List<String> all = new ArrayList<>(4);
    all.add(texts[at + 1]);
    for (; next >= 0; next = find(name, next + 2)) {
      all.add(texts[next + 1]);
    }
    return all;
  }

  @Override
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < end; i += 2) {
      action.accept(texts[i], texts[i + 1]);
    }
  }

  @Override
  public Iterator<Map.Entry<String, String>> iterator() {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < end;
      }

      @Override
      public Map.Entry<String, String> next() {
        if (at >= end) {
          throw new NoSuchElementException();
        }
        at += 2;
        return Map.entry(texts[at - 2], texts[at - 1]);
      }
    };
  }

  @Override
  public boolean contains(String name) {
    return find(name, 0) >= 0;
  }

  @Override
  public boolean contains(CharSequence name) {
    return find(name, 0) >= 0;
  }

  @Override
  public boolean isEmpty() {
    return end == 0;
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < end; i += 2) {
      names.add(texts[i]);
    }
    return names;
  }

  @Override
  public int size() {
    int names = 0;
    for (int i = 0; i < end; i += 2) {
      names += find(texts[i], 0) == i ? 1 : 0;
    }
    return names;
  }

  @Override
  public Fields add(String name, String value) {
    return add((CharSequence) name, value);
  }

  @Override
  public Fields add(CharSequence name, CharSequence value) {
    beforeChange();
    String checkedName = Text.checkName(name);
    received(checkedName, Text.checkValue(value));
    return this;
  }

  @Override
  public Fields add(String name, Iterable<String> values) {
    values.forEach(value -> add(name, value));
    return this;
  }

  @Override
  public Fields add(CharSequence name, Iterable<CharSequence> values) {
    values.forEach(value -> add(name, value));
    return this;
  }

  @Override
  public Fields addAll(MultiMap others) {
    if (others == this) {
      return addAll(copy(false));
    }
    others.forEach((name, value) -> add(name, value));
    return this;
  }

  @Override
  public Fields addAll(Map<String, String> others) {
    others.forEach((name, value) -> add(name, value));
    return this;
  }

  @Override
  public Fields set(String name, @Nullable String value) {
    return set((CharSequence) name, value);
  }

  /** Replaces the first field of that name where it stands, and takes the others away. */
  @Override
  public Fields set(CharSequence name, @Nullable CharSequence value) {
    beforeChange();
    if (value == null) {
      return remove(name);
    }
    int at = find(name, 0);
    if (at < 0) {
      return add(name, value);
    }
    String text = Text.checkValue(value);
    texts[at] = Text.checkName(name);
    texts[at + 1] = text;
    removeFrom(name, at + 2);
    return this;
  }

  @Override
  public Fields set(String name, Iterable<String> values) {
    remove(name);
    for (String value : values) {
      add(name, value);
    }
    return this;
  }

  @Override
  public Fields set(CharSequence name, Iterable<CharSequence> values) {
    remove(name);
    for (CharSequence value : values) {
      add(name, value);
    }
    return this;
  }

  @Override
  public Fields setAll(MultiMap others) {
    MultiMap given = others == this ? copy(false) : others;
    clear();
    return addAll(given);
  }

  @Override
  public Fields setAll(Map<String, String> others) {
    clear();
    return addAll(others);
  }

  @Override
  public Fields remove(String name) {
    return remove((CharSequence) name);
  }

  @Override
  public Fields remove(CharSequence name) {
    beforeChange();
    removeFrom(name, 0);
    return this;
  }

  private void removeFrom(CharSequence name, int from) {
    int to = find(name, from);
    if (to < 0) {
      return;
    }
    for (int i = to + 2; i < end; i += 2) {
      if (!Text.same(texts[i], name)) {
        texts[to] = texts[i];
        texts[to + 1] = texts[i + 1];
        to += 2;
      }
    }
    end = to;
  }

  @Override
  public Fields clear() {
    beforeChange();
    end = 0;
    return this;
  }

  private void beforeChange() {
    if (!mutable) {
      throw new IllegalStateException("these fields are read only");
    }
  }

  @Override
  public boolean isMutable() {
    return mutable;
  }

  @Override
  public Fields copy(boolean mutable) {
    return new Fields(Arrays.copyOf(texts, texts.length), end, mutable);
  }

  /** Names and values, one field a line. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
