// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.IstiodSettings;

/** A mesh of one namespace, with a control plane that can be told to go and to come back. */
interface ControlledMesh extends AutoCloseable {
  /** A Service of port 80, named http, to port 8080 of the pods of its name. */
  void service(String name, String address);

  /** The one pod of a service, of the default account, inside the mesh. */
  void pod(String app, String address, boolean ready);

  void delete(String kind, String name);

  /** Takes back all services and pods. */
  void clear();

  void stop();

  /** On the port that it had. */
  void start();

  /** Whether the token that clients find is one that is taken. */
  void credential(boolean good);

  IstiodSettings istiod();

  WdsDiscovery.Surroundings surroundings();

  IstiodCertificates.Surroundings certificateSurroundings();

  @Override
  void close();
}
