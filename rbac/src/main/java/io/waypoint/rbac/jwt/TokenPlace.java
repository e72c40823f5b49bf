// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import io.waypoint.rbac.RequestFacts;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A place of a request where one or more rules look for a token.
 *
 * @param name of the field, in lower case, of the parameter or of the cookie
 * @param prefix of a field's value; empty otherwise
 * @param rules by issuer
 */
public record TokenPlace(Kind kind, String name, String prefix, List<JwtRule> rules) {
  /** See {@link TokenPlaces}. */
  public enum Kind {
    HEADER,
    PARAMETER,
    COOKIE
  }

  /** Stands for tokens that differ. */
  static final String CONFLICT = " ";

  /** The token as it stands there; null when there is none. */
  @Nullable String find(RequestFacts facts) {
    var found = new Found(this);
    switch (kind) {
      case HEADER -> facts.anyHeader(name, found);
      case COOKIE -> facts.anyHeader("cookie", found);
      case PARAMETER -> {
        String target = facts.target();
        int query = target == null ? -1 : target.indexOf('?');
        if (query >= 0 && target != null) {
          found.pairs(target, query + 1, '&');
        }
      }
    }
    return found.text;
  }

  /** Looks at every line and every pair: a second token behind a good one must not be missed. */
  private static final class Found implements Predicate<String> {
    private final TokenPlace place;
    @Nullable String text;

    Found(TokenPlace place) {
      this.place = place;
    }

    @Override
    public boolean test(String line) {
      if (place.kind == Kind.COOKIE) {
        pairs(line, 0, ';');
      } else {
        String value = line.strip();
        if (value.startsWith(place.prefix)) {
          add(value.substring(place.prefix.length()).strip());
        }
      }
      return false;
    }

    void pairs(String line, int from, char between) {
      for (int start = from; start <= line.length(); ) {
        int end = line.indexOf(between, start);
        end = end < 0 ? line.length() : end;
        while (start < end && line.charAt(start) == ' ') {
          start++;
        }
        int value = start + place.name.length();
        if (line.startsWith(place.name, start)
            && (value == end || value < end && line.charAt(value) == '=')) {
          add(line.substring(Math.min(value + 1, end), end));
        }
        start = end + 1;
      }
    }

    private void add(String token) {
      text = text == null || text.equals(token) ? token : CONFLICT;
    }
  }
}
