// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.load.rig.Plan.Version;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy as the thermometer. It cannot take CONNECT tunnels, so it is asked the same requests as
 * streams of HTTP/2 over mutual TLS and asks the workloads in the same way: what the leanest proxy
 * needs for the outer half of our work. A reading much above the usual one says that the machine is
 * slow, not who is fast.
 */
public final class HaproxyProxy implements Contender {
  private static final int PATIENCE = 20;
  private static final String HINT = "haproxy is not on the PATH: apt-get install haproxy";

  private final @Nullable Path binary;

  HaproxyProxy(@Nullable Path binary) {
    this.binary = binary;
  }

  /** The one on the PATH, or where Debian has it. */
  public static HaproxyProxy found() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "") + ":/usr/sbin";
    for (String folder : path.split(File.pathSeparator)) {
      Path candidate = Path.of(folder, "haproxy");
      if (Files.isExecutable(candidate)) {
        return new HaproxyProxy(candidate);
      }
    }
    return new HaproxyProxy(null);
  }

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public String version() {
    if (binary == null) {
      return "missing";
    }
    try {
      Process process =
          new ProcessBuilder(binary.toString(), "-v").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String[] words = said.split("\\s+");
      return (words.length > 2 ? words[2] : "unknown") + ", nbthread 1, HTTP/2 without tunnels";
    } catch (IOException e) {
      return "unknown";
    }
  }

  @Override
  public @Nullable String missing() {
    return binary == null ? HINT : null;
  }

  @Override
  public boolean isThermometer() {
    return true;
  }

  @Override
  public Running start(Site site) throws IOException, InterruptedException {
    Files.createDirectories(site.folder());
    Path certs = site.certificates();
    Files.writeString(
        certs.resolve("both.pem"),
        Files.readString(certs.resolve("cert-chain.pem"))
            + Files.readString(certs.resolve("key.pem")));
    int port = Contender.freePort();
    Path config = site.folder().resolve("haproxy.cfg");
    Files.writeString(config, configuration(site.plan(), port, certs));
    Pinned process =
        Pinned.start(
            name(),
            site.core(),
            List.of(Objects.requireNonNull(binary).toString(), "-db", "-f", config.toString()),
            SAME_ENVIRONMENT,
            site.folder().resolve("stdout.log"),
            site.folder().resolve("stderr.log"));
    try {
      double started = process.await(() -> Contender.accepts(port), PATIENCE);
      Target target =
          new Target.Streams(new InetSocketAddress("127.0.0.1", port), Plan.waypoint().uri());
      return new Running(process, target, started);
    } catch (RigException e) {
      process.close();
      throw e;
    }
  }

  static String configuration(Plan plan, int port, Path certs) throws IOException {
    StringBuilder servers = new StringBuilder();
    for (Version version : Version.values()) {
      List<String> pods = plan.pods(version);
      for (int i = 0; i < pods.size(); i++) {
        servers.append(
            "  server %s-%d %s:%d weight %d%n"
                .formatted(version.label(), i, pods.get(i), Plan.STREAMS, version.weight()));
      }
    }
    try (InputStream in =
        Objects.requireNonNull(HaproxyProxy.class.getResourceAsStream("haproxy.cfg"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{{port}}", Integer.toString(port))
          .replace("{{certs}}", certs.toAbsolutePath().toString())
          .replace("{{servers}}", servers.toString().stripTrailing());
    }
  }
}
