// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.identity.FileCertificates;
import io.waypoint.identity.Material;
import io.waypoint.load.rig.Plan.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The process of the backends. Its arguments are the folder of the certificates and, for each
 * version, the addresses separated by commas; when it serves it creates the file {@code ready}
 * there. A last argument {@code streams} has it serve the same without tunnels, too.
 */
public final class BackendProcess {
  private static final int PATIENCE = 60;
  private static final String STREAMS = "streams";

  private BackendProcess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    Backends backends = new Backends();
    boolean streams = arguments[arguments.length - 1].equals(STREAMS);
    for (Version version : Version.values()) {
      String list = arguments[version.number()];
      Material material = material(folder.resolve(version.label()));
      backends.serve(version.label(), material, addresses(list, Plan.HBONE), Behaviour.HONEST);
      if (streams) {
        backends.serveStreams(
            version.label(), material, addresses(list, Plan.STREAMS), Behaviour.HONEST);
      }
    }
    Files.createFile(folder.resolve("ready"));
    Thread.currentThread().join();
  }

  private static List<InetSocketAddress> addresses(String list, int port) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String address : list.split(",")) {
      addresses.add(new InetSocketAddress(address, port));
    }
    return addresses;
  }

  private static Material material(Path folder) {
    try (FileCertificates files =
        FileCertificates.open(
            new FileCertificates.Location(
                folder.resolve("cert-chain.pem"),
                folder.resolve("key.pem"),
                folder.resolve("root-cert.pem")),
            () -> Set.of(Plan.TRUST),
            InstantSource.system(),
            (after, task) -> () -> {})) {
      Material material = files.current();
      if (material == null) {
        throw new RigException(String.valueOf(files.problem()));
      }
      return material;
    }
  }

  /** Starts it and waits until it serves. */
  static Pinned start(Plan plan, Path certificates, Path folder, int core)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path ready = certificates.resolve("ready");
    Files.deleteIfExists(ready);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms128m",
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                System.getProperty("java.class.path"),
                BackendProcess.class.getName(),
                certificates.toString()));
    for (Version version : Version.values()) {
      command.add(String.join(",", plan.pods(version)));
    }
    if (plan.cell().thermometer()) {
      command.add(STREAMS);
    }
    Pinned process =
        Pinned.start(
            "backends",
            core,
            command,
            Contender.SAME_ENVIRONMENT,
            folder.resolve("stdout.log"),
            folder.resolve("stderr.log"));
    try {
      process.await(() -> Files.exists(ready), PATIENCE);
      return process;
    } catch (RigException e) {
      process.close();
      throw e;
    }
  }
}
