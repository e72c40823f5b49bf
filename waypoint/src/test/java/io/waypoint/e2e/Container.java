// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The image, run by runc as a cluster would: as the user it names, without capabilities, on a
 * read-only root, as process 1, within limits of memory and CPU. It shares the network of this
 * machine, so that tunnels of a test reach it.
 */
final class Container implements AutoCloseable {
  private static final String VARIABLE = "WAYPOINT_IMAGE";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PERIOD_MICROS = 100_000;

  /**
   * @param memory in bytes
   * @param cpus how many, in hundredths
   */
  record Limits(long memory, int cpus) {}

  private final Path bundle;
  private final Limits limits;
  private final String name = "waypoint-test-" + ProcessHandle.current().pid();

  /**
   * @param bundle an empty folder
   */
  Container(Path bundle, Limits limits) {
    this.bundle = bundle;
    this.limits = limits;
  }

  /**
   * The folder with {@code rootfs} and {@code image.json}, as {@code buildah inspect} prints it.
   */
  private static Path folder() {
    String folder = System.getenv(VARIABLE);
    if (folder == null || !Files.isDirectory(Path.of(folder, "rootfs"))) {
      throw new IllegalStateException(
          VARIABLE + " names no image; run .ci/image, which builds one and then runs these tests");
    }
    return Path.of(folder);
  }

  static Path root() throws IOException {
    return folder().resolve("rootfs").toRealPath();
  }

  /** What the image says of itself: User, Entrypoint, Labels, ... */
  static JsonNode configuration() throws IOException {
    return JSON.readTree(folder().resolve("image.json").toFile()).path("OCIv1").path("config");
  }

  /**
   * The command that runs it, with these arguments behind the image's entrypoint.
   *
   * @param visible folders of this machine that it may read
   */
  List<String> command(List<String> arguments, Map<String, String> environment, List<Path> visible)
      throws IOException {
    ObjectNode spec = JSON.createObjectNode();
    spec.put("ociVersion", "1.0.2");
    spec.set("process", process(arguments, environment));
    spec.putObject("root").put("path", root().toString()).put("readonly", true);
    ArrayNode mounts = spec.putArray("mounts");
    mount(mounts, "/proc", "proc", "proc", List.of());
    mount(mounts, "/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755", "size=64k"));
    mount(mounts, "/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
    mount(mounts, "/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "nodev", "ro"));
    mount(mounts, "/tmp", "tmpfs", "tmpfs", List.of("nosuid", "nodev", "size=64m", "mode=1777"));
    for (Path folder : visible) {
      mount(mounts, folder.toString(), "bind", folder.toString(), List.of("rbind", "ro"));
    }
    ObjectNode linux = spec.putObject("linux");
    for (String kind : List.of("pid", "mount", "ipc", "uts")) {
      linux.withArray("namespaces").addObject().put("type", kind);
    }
    linux.put("cgroupsPath", "/" + name);
    ObjectNode resources = linux.putObject("resources");
    resources.putObject("memory").put("limit", limits.memory());
    resources
        .putObject("cpu")
        .put("period", PERIOD_MICROS)
        .put("quota", PERIOD_MICROS / 100 * limits.cpus());
    JSON.writeValue(bundle.resolve("config.json").toFile(), spec);
    return List.of("runc", "run", "--bundle", bundle.toString(), name);
  }

  private static ObjectNode process(List<String> arguments, Map<String, String> environment)
      throws IOException {
    JsonNode image = configuration();
    String[] user = image.path("User").asText().split(":");
    ObjectNode process = JSON.createObjectNode();
    process.put("terminal", false).put("cwd", "/").put("noNewPrivileges", true);
    process
        .putObject("user")
        .put("uid", Integer.parseInt(user[0]))
        .put("gid", Integer.parseInt(user[1]));
    ArrayNode args = process.putArray("args");
    image.path("Entrypoint").forEach(args::add);
    arguments.forEach(args::add);
    ArrayNode env = process.putArray("env");
    image.path("Env").forEach(env::add);
    environment.forEach((name, value) -> env.add(name + "=" + value));
    process.putObject("capabilities").putArray("bounding");
    return process;
  }

  private static void mount(
      ArrayNode mounts, String destination, String type, String source, List<String> options) {
    ObjectNode mount = mounts.addObject();
    mount.put("destination", destination).put("type", type).put("source", source);
    ArrayNode list = mount.putArray("options");
    options.forEach(list::add);
  }

  /** The process in it, as this machine numbers it. */
  ProcessHandle process() throws IOException {
    Process state = new ProcessBuilder("runc", "state", name).start();
    long pid = JSON.readTree(state.getInputStream()).path("pid").asLong();
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** A line of {@code /proc/PID/status}, without its name. */
  String status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process().pid()), "status")).stream()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /** How its root is mounted, for example {@code ro,relatime}. */
  String rootOptions() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process().pid()), "mounts")).stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields[1].equals("/"))
        .map(fields -> fields[3])
        .findFirst()
        .orElseThrow();
  }

  /** The names of its threads. */
  List<String> threads() throws IOException {
    List<String> names = new ArrayList<>();
    Path tasks = Path.of("/proc", Long.toString(process().pid()), "task");
    try (var folders = Files.list(tasks)) {
      for (Path folder : folders.toList()) {
        names.add(Files.readString(folder.resolve("comm")).strip());
      }
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    try {
      new ProcessBuilder("runc", "delete", "--force", name)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
