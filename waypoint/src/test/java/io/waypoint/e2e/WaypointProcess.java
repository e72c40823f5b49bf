// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import io.waypoint.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code waypoint run}, with the flags of the launcher and the program under test. */
public final class WaypointProcess implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("../bin/waypoint");
  private static final Pattern FLAGS = Pattern.compile("^flags=\"([^\"]*)\"", Pattern.MULTILINE);
  private static final Pattern SERVES = Pattern.compile("serves HBONE on (127\\.[\\d.]+):(\\d+)");
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final StringBuffer said = new StringBuffer();
  private final CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();

  /**
   * @param settings variables without {@code WAYPOINT_}, for example {@code DRAIN_GRACE}
   */
  WaypointProcess(Path files, Path certificates, Map<String, String> settings) throws IOException {
    this(command(arguments(files, certificates)), environment(settings));
  }

  /**
   * @param source the flags that say where configuration and certificates come from
   */
  public WaypointProcess(List<String> source, String listen, Map<String, String> environment)
      throws IOException {
    this(command(arguments(source, listen)), environment);
  }

  /**
   * @param command however the program is started here
   */
  WaypointProcess(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process = builder.start();
    Thread.ofPlatform().daemon().start(this::listen);
  }

  /** Of {@code waypoint run} on the loopback. */
  static List<String> arguments(Path files, Path certificates) {
    return arguments(
        List.of("-f", files.toString(), "--certs", certificates.toString()), "127.0.0.1");
  }

  private static List<String> arguments(List<String> source, String listen) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(source);
    arguments.addAll(List.of("--listen", listen, "--access-log", "none"));
    return arguments;
  }

  /** Ports that the system chooses, and further settings. */
  static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> variables = new HashMap<>();
    for (String port : List.of("HBONE", "ADMIN", "METRICS", "READINESS")) {
      variables.put("WAYPOINT_PORTS_" + port, "0");
    }
    settings.forEach((name, value) -> variables.put("WAYPOINT_" + name, value));
    return variables;
  }

  private static List<String> command(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  private static List<String> flags() throws IOException {
    Matcher flags = FLAGS.matcher(Files.readString(LAUNCHER).replace("\\\n", ""));
    if (!flags.find()) {
      throw new AssertionError("the launcher has no flags any more");
    }
    return List.of(flags.group(1).strip().split("\\s+"));
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.append(line).append('\n');
        Matcher serves = SERVES.matcher(line);
        if (serves.find()) {
          int port = Integer.parseInt(serves.group(2));
          address.complete(new InetSocketAddress(serves.group(1), port));
        }
      }
      address.completeExceptionally(new AssertionError("ended: " + said));
    } catch (IOException e) {
      address.completeExceptionally(new UncheckedIOException(e));
    }
  }

  /** Where it takes tunnels; waits until it does. */
  public InetSocketAddress address() throws Exception {
    return address.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until it has printed a line. */
  void hasSaid(String line) throws InterruptedException {
    while (!said.toString().contains(line + "\n")) {
      Thread.sleep(10);
    }
  }

  /** SIGTERM, and nothing else: to destroy the process would also close its output. */
  public void terminate() {
    process.toHandle().destroy();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Waits for its end; returns the exit code. */
  public int exit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + said);
    }
    return process.exitValue();
  }

  /** Everything it has printed. */
  public String said() {
    return said.toString();
  }

  /** Of the operating system. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
