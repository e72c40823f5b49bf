// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import io.waypoint.config.Code;
import io.waypoint.config.Position;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a configuration as they are named: files, and folders whose YAML and JSON files
 * count, without their subfolders. Names that begin with a dot are passed over: editors' and
 * ConfigMap mounts' own.
 */
final class FileSet {
  static final int MOST_FILES = 10_000;
  static final int LARGEST_FILE = 4 * 1024 * 1024;
  static final long LARGEST_SET = 64L * 1024 * 1024;

  private final List<Path> paths;

  FileSet(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /**
   * What the files hold at one moment.
   *
   * @param contents by path; null for one that cannot be read
   */
  record Snapshot(Map<Path, byte @Nullable []> contents, Set<Path> missing) {
    boolean sameAs(Snapshot other) {
      return missing.equals(other.missing)
          && contents.keySet().equals(other.contents.keySet())
          && contents.entrySet().stream()
              .allMatch(e -> Arrays.equals(e.getValue(), other.contents.get(e.getKey())));
    }

    /**
     * Whether a file went or was emptied since then. An editor that truncates and then writes, or
     * deletes and then renames, passes through that state.
     */
    boolean lostSomethingSince(Snapshot before) {
      return before.contents.entrySet().stream()
          .anyMatch(e -> length(e.getValue()) > 0 && length(contents.get(e.getKey())) == 0);
    }

    private static int length(byte @Nullable [] content) {
      return content == null ? 0 : content.length;
    }

    /** The texts; what cannot be read is a problem. */
    List<Source> sources(Problems problems) {
      for (Path path : missing) {
        unreadable(path, problems, "no such file or folder");
      }
      List<Source> sources = new ArrayList<>();
      long total = 0;
      for (Map.Entry<Path, byte @Nullable []> entry : contents.entrySet()) {
        byte[] content = entry.getValue();
        if (content == null) {
          unreadable(entry.getKey(), problems, "cannot be read, or is larger than 4 MiB");
          continue;
        }
        total += content.length;
        try {
          String text =
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
          String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
          sources.add(Source.file(entry.getKey().toString(), bare));
        } catch (CharacterCodingException _) {
          unreadable(entry.getKey(), problems, "is not UTF-8 text");
        }
      }
      if (total > LARGEST_SET || contents.size() > MOST_FILES) {
        Path first = contents.keySet().iterator().next();
        problems.error(
            Code.TOO_LARGE, "", whole(first), "more than 64 MiB or 10000 files in all", null);
        return List.of();
      }
      return sources;
    }

    private static void unreadable(Path path, Problems problems, String why) {
      problems.error(Code.UNREADABLE, "", whole(path), path + ": " + why, null);
    }

    private static Position whole(Path path) {
      return Position.whole(Source.file(path.toString(), ""));
    }
  }

  /** Reads everything. */
  Snapshot read() {
    Map<Path, byte @Nullable []> contents = new TreeMap<>();
    Set<Path> missing = new LinkedHashSet<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        folder(path, contents, missing);
      } else if (Files.exists(path)) {
        contents.put(path, content(path));
      } else {
        missing.add(path);
      }
    }
    return new Snapshot(contents, missing);
  }

  /** The folders in which a change of these files shows. */
  Set<Path> watched() {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path path : paths) {
      Path absolute = path.toAbsolutePath();
      Path parent = absolute.getParent();
      if (Files.isDirectory(path)) {
        folders.add(absolute);
      } else if (parent != null) {
        folders.add(parent);
      }
    }
    return folders;
  }

  /**
   * The folders in which it shows that a watched folder is another one now. What is written to
   * files there is no concern of ours, and may be a lot: an access log beside the configuration is.
   */
  Set<Path> parents() {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path path : paths) {
      Path parent = path.toAbsolutePath().getParent();
      if (parent != null && Files.isDirectory(path)) {
        folders.add(parent);
      }
    }
    folders.removeAll(watched());
    return folders;
  }

  private static void folder(
      Path folder, Map<Path, byte @Nullable []> contents, Set<Path> missing) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FileSet::counts)) {
      for (Path file : files) {
        if (contents.size() <= MOST_FILES) {
          contents.put(file, content(file));
        }
      }
    } catch (IOException e) {
      missing.add(folder);
    }
  }

  private static boolean counts(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    boolean suffix = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    return suffix && !name.startsWith(".") && !Files.isDirectory(path);
  }

  /** A file that goes away between listing and reading is one that is not there. */
  private static byte @Nullable [] content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(LARGEST_FILE + 1);
      return content.length > LARGEST_FILE ? null : content;
    } catch (IOException e) {
      return null;
    }
  }
}
