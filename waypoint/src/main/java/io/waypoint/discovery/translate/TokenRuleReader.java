// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.TargetRef;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads RequestAuthentications. What Istio's webhook refuses is an error; a rule with errors keeps
 * its issuer and has no keys, so that its tokens are refused rather than overlooked.
 */
final class TokenRuleReader {
  private static final int MOST_RULES = 4096;
  private static final int MOST_WORDS = 64;
  private static final int LONGEST_URI = 2048;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Fields that say how a message is carried: a token has no say in that. */
  private static final Set<String> CARRIAGE =
      Set.of(
          "host",
          "connection",
          "content-length",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "keep-alive",
          "proxy-connection");

  private TokenRuleReader() {}

  /** One object, with its problems added to the document's. */
  static RequestAuthentication read(Manifest manifest) {
    Doc spec = manifest.spec().only("selector", "targetRef", "targetRefs", "jwtRules");
    List<TargetRef> targets = PolicyTargets.read(spec);
    if (targets.isEmpty()) {
      manifest
          .metadata()
          .field("name")
          .warning(
              Code.POLICY_NOT_ATTACHED,
              "RequestAuthentication %s has no targetRefs: no waypoint looks at it, and ztunnel"
                      .formatted(manifest.key())
                  + " does not know tokens");
    }
    List<JwtRule> rules = new ArrayList<>();
    for (Doc doc : spec.field("jwtRules").list(MOST_RULES)) {
      JwtRule rule = rule(doc);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return new RequestAuthentication(
        new Origin(manifest.kind(), manifest.namespace(), manifest.name(), manifest.position()),
        targets,
        rules);
  }

  private static @Nullable JwtRule rule(Doc doc) {
    int before = doc.errorsSoFar();
    doc.only(
        "issuer",
        "audiences",
        "jwksUri",
        "jwks",
        "fromHeaders",
        "fromParams",
        "fromCookies",
        "outputPayloadToHeader",
        "forwardOriginalToken",
        "outputClaimToHeaders",
        "timeout",
        "spaceDelimitedClaims");
    String issuer = doc.field("issuer").required();
    var rule =
        new JwtRule(
            issuer,
            texts(doc.field("audiences").list()),
            keys(doc, issuer),
            new TokenPlaces(
                headers(doc.field("fromHeaders")),
                texts(doc.field("fromParams").list()),
                texts(doc.field("fromCookies").list())),
            new TokenOutput(
                doc.field("forwardOriginalToken").flag(false),
                field(doc.field("outputPayloadToHeader")),
                claims(doc.field("outputClaimToHeaders"))),
            texts(doc.field("spaceDelimitedClaims").list(MOST_WORDS)));
    if (issuer.isEmpty()) {
      return null;
    }
    return doc.errorsSoFar() == before
        ? rule
        : new JwtRule(
            issuer,
            List.of(),
            new KeyLocation.Inline(Keys.NONE),
            rule.places(),
            rule.output(),
            List.of());
  }

  private static KeyLocation keys(Doc rule, String issuer) {
    Doc inline = rule.field("jwks");
    Doc uri = rule.field("jwksUri");
    Duration timeout = timeout(rule.field("timeout"));
    if (inline.present() && uri.present()) {
      uri.error(Code.CONTRADICTION, "only one of jwks and jwksUri may be there");
    }
    if (inline.present()) {
      try {
        return new KeyLocation.Inline(Keys.parse(inline.text("")));
      } catch (IllegalArgumentException e) {
        inline.error(Code.BAD_VALUE, inline.path() + ": " + e.getMessage());
        return new KeyLocation.Inline(Keys.NONE);
      }
    }
    if (uri.present()) {
      if (!isFetchable(uri.text(""))) {
        uri.error(
            Code.BAD_VALUE,
            uri.path() + " is not an http or https URL of at most " + LONGEST_URI + " characters");
      }
      return new KeyLocation.Remote(uri.text(""), false, timeout);
    }
    if (!issuer.isEmpty() && !isFetchable(issuer)) {
      rule.field("issuer")
          .warning(
              Code.NO_TOKEN_KEYS,
              "\"%s\" is no URL and there is neither jwks nor jwksUri: every token of it is refused"
                  .formatted(issuer));
      return new KeyLocation.Inline(Keys.NONE);
    }
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return new KeyLocation.Remote(base + "/.well-known/openid-configuration", true, timeout);
  }

  private static boolean isFetchable(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return text.length() <= LONGEST_URI
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && (scheme.equals("http") || scheme.equals("https"));
    } catch (java.net.URISyntaxException e) {
      return false;
    }
  }

  private static Duration timeout(Doc doc) {
    if (!doc.present()) {
      return TIMEOUT;
    }
    Duration timeout = AuthorizerReader.seconds(doc.text(""));
    if (timeout == null || timeout.toMillis() == 0) {
      doc.error(Code.BAD_VALUE, doc.path() + " is a time of at least 1ms, for example 5s");
      return TIMEOUT;
    }
    return timeout;
  }

  private static List<TokenPlaces.Header> headers(Doc list) {
    List<TokenPlaces.Header> headers = new ArrayList<>();
    for (Doc doc : list.list()) {
      doc.only("name", "prefix");
      String name = doc.field("name").required();
      if (!name.isEmpty()) {
        isField(doc.field("name"), name);
      }
      headers.add(new TokenPlaces.Header(name, doc.field("prefix").text("")));
    }
    return headers;
  }

  private static List<TokenOutput.ClaimHeader> claims(Doc list) {
    List<TokenOutput.ClaimHeader> claims = new ArrayList<>();
    for (Doc doc : list.list()) {
      doc.only("header", "claim");
      doc.field("header").required();
      claims.add(
          new TokenOutput.ClaimHeader(field(doc.field("header")), doc.field("claim").required()));
    }
    return claims;
  }

  /** A field that we write; empty when there is none. */
  private static String field(Doc doc) {
    String name = doc.text("");
    if (!name.isEmpty() && isField(doc, name) && CARRIAGE.contains(name.toLowerCase(Locale.ROOT))) {
      doc.error(Code.BAD_VALUE, name + " belongs to the connection and is not written by a token");
    }
    return name;
  }

  /** RFC 9110 section 5.6.2: a token. */
  private static boolean isField(Doc doc, String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        doc.error(Code.BAD_VALUE, doc.path() + " is \"" + name + "\", no name of a header field");
        return false;
      }
    }
    return true;
  }

  private static List<String> texts(List<Doc> docs) {
    List<String> texts = new ArrayList<>();
    for (Doc doc : docs) {
      texts.add(doc.required());
    }
    return texts;
  }
}
