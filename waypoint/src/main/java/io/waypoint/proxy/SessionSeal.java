// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a caller keeps of its session: encrypted, so that it tells nothing of the mesh, and
 * sealed for one rule, so that it is good for nothing else (AES-128-GCM). The key is a process's
 * own: a caller that another replica meets begins anew there.
 */
public final class SessionSeal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int LONGEST_TOKEN = 1_024;

  private final SecretKeySpec key;
  private final SecureRandom random;

  public SessionSeal(SecureRandom random) {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, "AES");
    this.random = random;
  }

  /**
   * @param place the endpoint
   * @param since when the session began, in seconds of the epoch
   * @param rule for which it is
   */
  String seal(String place, long since, String rule) {
    byte[] text = place.getBytes(StandardCharsets.UTF_8);
    byte[] plain = ByteBuffer.allocate(Long.BYTES + text.length).putLong(since).put(text).array();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = apply(Cipher.ENCRYPT_MODE, nonce, plain, rule);
    if (sealed == null) {
      throw new IllegalStateException("every JDK has AES-GCM");
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array());
  }

  /** Null when it was not sealed here for this rule. */
  @Nullable Opened open(String token, String rule) {
    byte[] bytes = decode(token);
    if (bytes == null || bytes.length <= NONCE_BYTES) {
      return null;
    }
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] sealed = new byte[bytes.length - NONCE_BYTES];
    ByteBuffer.wrap(bytes).get(nonce).get(sealed);
    byte[] plain = apply(Cipher.DECRYPT_MODE, nonce, sealed, rule);
    if (plain == null || plain.length < Long.BYTES) {
      return null;
    }
    var read = ByteBuffer.wrap(plain);
    long since = read.getLong();
    return new Opened(StandardCharsets.UTF_8.decode(read).toString(), since);
  }

  /** What a token says. */
  record Opened(String place, long since) {}

  private static byte @Nullable [] decode(String token) {
    if (token.length() > LONGEST_TOKEN) {
      return null;
    }
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private byte @Nullable [] apply(int mode, byte[] nonce, byte[] input, String rule) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(rule.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
