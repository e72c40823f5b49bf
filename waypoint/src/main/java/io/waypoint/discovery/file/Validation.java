// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.translate.Translator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to say about files without using them.
 *
 * @param files how many were read
 * @param translation what they mean, problems included
 */
public record Validation(int files, Translation translation) {
  /** Reads files and folders once. */
  public static Validation of(List<Path> paths, Scope scope) {
    return of(new FileSet(paths).read(), new Translator(scope, LocalTable.ANNOTATED), 0);
  }

  /** What files and folders hold, for whoever reads something else than a mesh from them. */
  public static List<Source> sources(List<Path> paths, Problems problems) {
    return new FileSet(paths).read().sources(problems);
  }

  static Validation of(FileSet.Snapshot snapshot, Translator translator, long generation) {
    var problems = new Problems();
    List<Source> sources = snapshot.sources(problems);
    List<Doc> docs = new ArrayList<>();
    sources.forEach(source -> docs.addAll(Doc.read(source, problems)));
    return new Validation(sources.size(), translator.translate(docs, problems, generation));
  }

  public List<Problem> problems() {
    return translation.problems();
  }

  /** Whether the files would be refused as a whole. */
  public boolean isRefused() {
    return translation.isRefused();
  }

  /** The last line for a person, for example {@code 1 error, 2 warnings in 3 files}. */
  public String summary() {
    String count = ProblemText.count(problems());
    String where = " in " + files + (files == 1 ? " file" : " files");
    String result = isRefused() ? " — configuration not loaded" : "";
    return (count.isEmpty() ? "no problems" : count) + where + result;
  }
}
