// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The story for twenty seconds, in a JVM of its own because Gatling ends the one it runs in. */
@Timeout(240)
class SmokeIT {
  @Test
  void storyHoldsUnderLoad() throws Exception {
    Process gatling =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx512m",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
                    "-Dstory.examples=../examples/bookinfo",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.gatling.app.Gatling",
                    "--simulation",
                    BookinfoStory.class.getName(),
                    "--results-folder",
                    "target/gatling"))
            .redirectErrorStream(true)
            .start();

    String said = new String(gatling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    System.out.println(said);
    assertThat(gatling.waitFor()).as(said).isZero();
    assertThat(said).contains("count of failed events is 0.0 : true").doesNotContain(": false");
  }
}
