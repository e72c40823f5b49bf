// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.config.NameServers;
import io.waypoint.config.Problem;
import io.waypoint.discovery.dns.HostResolver;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.world.WorldHolder;
import java.util.List;

/** The world of a laptop: the files that the settings name. */
record FileSource(DevSettings settings) implements DevMesh.Source {
  private record Watching(FileDiscovery files, HostResolver hosts) implements Running {
    @Override
    public List<Problem> problems() {
      return files.problems();
    }

    @Override
    public void close() {
      files.close();
      hosts.close();
    }
  }

  @Override
  public Running start(LocalTable processes, WorldHolder worlds) {
    HostResolver hosts =
        HostResolver.start(
            NameServers.parse(settings.waypoint().instance().nameServers()),
            HostResolver.Pace.DEFAULT);
    FileDiscovery discovery =
        new FileDiscovery(
            settings.files(),
            new Translator(Scope.ONLY_GATEWAY, processes, hosts),
            worlds,
            settings.report(),
            FileDiscovery.Pace.DEFAULT);
    discovery.start();
    return new Watching(discovery, hosts);
  }
}
