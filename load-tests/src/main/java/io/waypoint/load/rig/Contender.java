// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A system that can be put between the generator and the backends. */
public interface Contender {
  /** Its name in every table. */
  String name();

  /** Its version and what it was started with, for the report. */
  String version();

  /** Why it cannot take part on this machine; null when it can. */
  @org.jspecify.annotations.Nullable
  String missing();

  /**
   * Whether it only tells how warm the machine is: it is asked in cells that want it, and its
   * capacity has no say in the rate.
   */
  default boolean isThermometer() {
    return false;
  }

  /** Whether it is as fast from the first request on as it will be. */
  default boolean isCompiledBefore() {
    return true;
  }

  /** Starts it for a plan and waits until it is ready. */
  Running start(Site site) throws IOException, InterruptedException;

  /**
   * @param folder its own, for configuration and output
   * @param certificates of the waypoint
   * @param core where it may run
   */
  record Site(Plan plan, Path folder, Path certificates, int core) {}

  /**
   * @param target where and as whom it takes requests
   * @param started seconds from its start to its readiness
   * @param farewell what is asked of it when everything is measured
   */
  record Running(Pinned process, Target target, double started, Runnable farewell)
      implements AutoCloseable {
    Running(Pinned process, Target target, double started) {
      this(process, target, started, () -> {});
    }

    @Override
    public void close() {
      farewell.run();
      process.close();
    }
  }

  /** The tunnels to it: to the one service, as the waypoint of the plan. */
  static Target target(int port) {
    return new Target.Tunnels(
        new InetSocketAddress("127.0.0.1", port),
        Plan.waypoint().uri(),
        Plan.SERVICE_ADDRESS + ":" + Plan.SERVICE_PORT);
  }

  /** A port that nobody has at this moment. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean answers(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(500);
      connection.setReadTimeout(500);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Stores what a URL has, as far as it has something. */
  static void keep(String url, Path file) {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      System.err.println("cannot keep " + url + ": " + e.getMessage());
    }
  }

  /** Whether anybody takes connections at a port. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Nothing beyond what this process has. */
  Map<String, String> SAME_ENVIRONMENT = Map.of();
}
