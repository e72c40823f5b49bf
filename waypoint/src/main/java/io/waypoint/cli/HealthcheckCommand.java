// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.WaypointSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "healthcheck",
    sortOptions = false,
    description = "Asks a running waypoint whether it is ready; 0 if so, 1 if not.",
    footer = {
      "",
      "Examples:",
      "  waypoint healthcheck                               the one on this machine",
      "  waypoint healthcheck --host waypoint.bookinfo      behind a Service",
    })
final class HealthcheckCommand implements Callable<Integer> {
  private static final int MILLIS = 3_000;
  private static final int LONGEST_ANSWER = 4_096;

  private final Terminal terminal;

  @Option(names = "--host", paramLabel = "HOST", description = "Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Default: ports.readiness of the settings, 15021.")
  private @Nullable Integer port;

  HealthcheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    WaypointSettings settings = Serving.settings(terminal, null, Map.of());
    int asked = port == null ? settings.ports().readiness() : port;
    try {
      var url = new URI("http", null, host, asked, "/healthz/ready", null, null).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      boolean ready = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      terminal.out().print(body(connection, ready));
      terminal.out().flush();
      return ready ? ExitCode.OK : ExitCode.PROBLEMS;
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new Outcome(ExitCode.USAGE, host + " is no host", "--host takes a name or an address");
    } catch (IOException e) {
      throw new Outcome(
          ExitCode.PROBLEMS,
          "no answer from " + host + ":" + asked + ": " + e.getMessage(),
          "is it running, and is this its readiness port?");
    }
  }

  private static String body(HttpURLConnection connection, boolean ready) throws IOException {
    try (InputStream stream = ready ? connection.getInputStream() : connection.getErrorStream()) {
      return stream == null
          ? ""
          : new String(stream.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
    }
  }
}
