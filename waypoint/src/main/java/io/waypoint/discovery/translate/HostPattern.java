// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

/**
 * A host as Istio's objects name it, in full.
 *
 * @param text a name, or {@code *} and the end of names
 */
record HostPattern(String text) {
  /** A short name belongs to the namespace of the object that it stands in. */
  static HostPattern of(String written, String namespace, String clusterDomain) {
    boolean whole = written.contains(".") || written.startsWith("*");
    return new HostPattern(whole ? written : written + "." + namespace + ".svc." + clusterDomain);
  }

  boolean covers(String hostname) {
    return isWild() ? hostname.endsWith(text.substring(1)) : text.equals(hostname);
  }

  /** Whether it names more than one host. */
  boolean isWild() {
    return text.startsWith("*");
  }

  /** The larger, the fewer names it covers. */
  int precision() {
    return isWild() ? text.length() : Integer.MAX_VALUE;
  }
}
