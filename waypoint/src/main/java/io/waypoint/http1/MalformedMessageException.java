// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

/** A peer has sent what is not HTTP/1.1, or more of it than is taken. It has no stack trace. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}
