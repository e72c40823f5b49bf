// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.waypoint.wire.discovery.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All resources of one type at one moment, each with a version that is a hash of what it says: it
 * stays the same over restarts, so that a client that comes back is told only what has changed.
 *
 * @param byName under the resource's own name
 * @param byAlias the names of the resources that an alias leads to
 */
record Resources(Map<String, Resource> byName, Map<String, Set<String>> byAlias) {
  static final Resources NONE = new Resources(Map.of(), Map.of());

  /**
   * The resources that a name asked for means; empty for an unknown one. A service brings its
   * workloads, also when it is asked for by its address.
   */
  Collection<String> named(String asked) {
    Set<String> meant = new LinkedHashSet<>(byAlias.getOrDefault(asked, Set.of()));
    for (String name : List.copyOf(meant)) {
      meant.addAll(byAlias.getOrDefault(name, Set.of()));
    }
    if (byName.containsKey(asked)) {
      meant.add(asked);
    }
    return meant;
  }

  static final class Collecting {
    private final String typeUrl;
    private final Map<String, Resource> byName = new LinkedHashMap<>();
    private final Map<String, Set<String>> byAlias = new LinkedHashMap<>();

    Collecting(String typeUrl) {
      this.typeUrl = typeUrl;
    }

    /** Adds a resource, with the other names by which it may be asked for. */
    void add(String name, MessageLite message, List<String> aliases) {
      ByteString bytes = bytes(message);
      byName.put(
          name,
          Resource.newBuilder()
              .setName(name)
              .setVersion(hash(bytes))
              .setResource(Any.newBuilder().setTypeUrl(typeUrl).setValue(bytes))
              .addAllAliases(aliases)
              .build());
      aliases.forEach(alias -> lead(alias, name));
    }

    /** Whoever asks for the one is told of the other too. */
    void lead(String asked, String name) {
      byAlias.computeIfAbsent(asked, first -> new LinkedHashSet<>()).add(name);
    }

    Resources done() {
      return new Resources(byName, byAlias);
    }
  }

  private static ByteString bytes(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes);
  }

  private static String hash(ByteString bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
