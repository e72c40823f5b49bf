// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified, by their SHA-256, so that a signature is checked once. Only what was
 * accepted gets in, and it counts only for the same rule with the same keys, and while it is valid.
 * For one thread; bounded in number and in the length of the tokens, the least recently used goes.
 */
public final class VerifiedTokens {
  private static final int MOST = 4096;
  private static final long MOST_CHARACTERS = 4L << 20;

  private final Map<Digest, VerifiedToken> tokens = new LinkedHashMap<>(64, 0.75f, true);
  private final MessageDigest sha256;
  private final int most;
  private long characters;

  public VerifiedTokens() {
    this(MOST);
  }

  VerifiedTokens(int most) {
    this.most = most;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  record Digest(long a, long b, long c, long d) {
    @Override
    public int hashCode() {
      return Long.hashCode(a);
    }
  }

  /**
   * Text that is no token can share the digest of one only by breaking SHA-256: characters beyond a
   * byte become '?', which stands in no token that was verified.
   */
  Digest digest(String token) {
    var bytes = ByteBuffer.wrap(sha256.digest(token.getBytes(StandardCharsets.ISO_8859_1)));
    return new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  @Nullable VerifiedToken get(Digest digest) {
    return tokens.get(digest);
  }

  void put(Digest digest, VerifiedToken token) {
    VerifiedToken before = tokens.put(digest, token);
    characters += token.length() - (before == null ? 0 : before.length());
    while (tokens.size() > most || characters > MOST_CHARACTERS) {
      remove(tokens.keySet().iterator().next());
    }
  }

  void remove(Digest digest) {
    VerifiedToken gone = tokens.remove(digest);
    characters -= gone == null ? 0 : gone.length();
  }

  public int size() {
    return tokens.size();
  }
}
