// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of tokens with its server of keys, which does what a test wants. */
public final class Idp implements AutoCloseable {
  /** What its server answers. */
  public enum Mood {
    FINE,
    FAILS,
    STALLS,
    GARBAGE,
    EMPTY,
    ENDLESS,
    REDIRECTS
  }

  public static final String ISSUER = "https://issuer.test";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private final List<HttpServerRequest> stalled = new ArrayList<>();
  private volatile List<RSAKey> published = List.of();
  private volatile Mood mood = Mood.FINE;

  public Idp() {
    this(new HttpServerOptions());
  }

  public Idp(HttpServerOptions options) {
    server =
        await(
            vertx
                .createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(this::answer)
                .listen());
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The same key under another name. */
  public static RSAKey withId(RSAKey key, String id) {
    return new RSAKey.Builder(key).keyID(id).build();
  }

  public static String token(RSAKey key, String subject) {
    try {
      var token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
              new JWTClaimsSet.Builder()
                  .issuer(ISSUER)
                  .subject(subject)
                  .claim("role", "reader")
                  .expirationTime(new Date(4_000_000_000_000L))
                  .build());
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The public halves as a key set. */
  public static String jwks(RSAKey... keys) {
    return new JWKSet(List.<JWK>of(keys)).toString();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    if (Objects.requireNonNull(request.path()).endsWith("/.well-known/openid-configuration")) {
      request.response().end("{\"issuer\":\"i\",\"jwks_uri\":\"" + uri() + "\"}");
      return;
    }
    switch (mood) {
      case FINE -> request.response().end(jwks(published.toArray(RSAKey[]::new)));
      case FAILS -> request.response().setStatusCode(500).end("no");
      case STALLS -> {
        synchronized (stalled) {
          stalled.add(request);
        }
      }
      case GARBAGE -> request.response().end("<html>{\"keys\":[");
      case EMPTY -> request.response().end("{\"keys\":[]}");
      case ENDLESS -> endless(request);
      case REDIRECTS -> request.response().setStatusCode(302).putHeader("location", "/keys").end();
    }
  }

  private static void endless(HttpServerRequest request) {
    request.response().setChunked(true).write("{\"keys\":[" + " ".repeat(128 * 1024));
  }

  public void publish(RSAKey... keys) {
    published = List.of(keys);
  }

  public void mood(Mood next) {
    mood = next;
  }

  /** Requests for keys so far. */
  public int asked() {
    return asked.get();
  }

  public String host() {
    return "127.0.0.1:" + server.actualPort();
  }

  public String uri() {
    return "http://" + host() + "/keys";
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
