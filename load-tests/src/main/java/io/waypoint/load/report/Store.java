// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The raw JSON of a run, in a folder together with its histograms. */
public final class Store {
  private static final String FILE = "result.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Store() {}

  /** Replaces what is there as a whole: a run that is killed leaves the last whole one. */
  public static void write(Path folder, RunResult result) throws IOException {
    Files.createDirectories(folder);
    Path aside = folder.resolve(FILE + ".new");
    try (OutputStream out = Files.newOutputStream(aside)) {
      JSON.writeValue(out, result);
    }
    Files.move(aside, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * @throws NoSuchFileException when no run has been there
   */
  public static RunResult read(Path folder) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(FILE))) {
      return JSON.readValue(in, RunResult.class);
    }
  }

  public static boolean isThere(Path folder) {
    return Files.isReadable(folder.resolve(FILE));
  }

  /** Several runs as one: of a cell that was measured twice the last one counts. */
  public static RunResult merge(List<RunResult> results) {
    Map<String, CellResult> cells = new LinkedHashMap<>();
    boolean complete = true;
    for (RunResult result : results) {
      result.cells().forEach(cell -> cells.put(cell.scenario() + "/" + cell.cell(), cell));
      complete &= result.complete();
    }
    return new RunResult(results.getLast().machine(), new ArrayList<>(cells.values()), complete);
  }
}
