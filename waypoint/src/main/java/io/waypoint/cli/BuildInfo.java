// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this program was built from; written by the build. */
record BuildInfo(String version, String vertx, String netty) {
  static BuildInfo load() {
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return new BuildInfo(
          properties.getProperty("version", "unknown"),
          properties.getProperty("vertx", "unknown"),
          properties.getProperty("netty", "unknown"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String java() {
    return Runtime.version().toString();
  }
}
