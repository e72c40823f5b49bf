// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

/** Istiod did not certify us; the message says why. */
final class NoCertificateException extends Exception {
  private static final long serialVersionUID = 1;

  private final CallEnd.Cause end;

  NoCertificateException(CallEnd end) {
    // The words are all there is to know; where they were put together is not.
    super(end.detail(), null, false, false);
    this.end = end.cause();
  }

  NoCertificateException(String message, Throwable cause) {
    super(message, cause, false, false);
    this.end = CallEnd.Cause.MISBEHAVED;
  }

  /** Whether another proof of who we are might do. */
  boolean isAboutTheCredential() {
    return end == CallEnd.Cause.CREDENTIAL_REFUSED;
  }
}
