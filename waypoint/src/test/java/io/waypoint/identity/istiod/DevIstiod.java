// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import io.vertx.core.Vertx;
import io.waypoint.dev.controlplane.Caller;
import io.waypoint.dev.controlplane.ControlPlane;
import io.waypoint.dev.controlplane.ControlPlaneSettings;
import io.waypoint.dev.controlplane.ServedWaypoint;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Scheduler;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Our own control plane with tokens, and the files that a cluster would mount for a client. */
public final class DevIstiod implements AutoCloseable {
  public static final SpiffeId WAYPOINT =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/waypoint");
  public static final Set<TrustDomain> DOMAINS = Set.of(new TrustDomain("cluster.local"));
  public static final String TOKEN = "token-of-the-waypoint";

  private final Vertx vertx = Vertx.vertx();
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, SpiffeId> tokens = new ConcurrentHashMap<>(Map.of(TOKEN, WAYPOINT));
  private final SecureRandom random = new SecureRandom();
  private final Path folder;
  private DevCa ca;
  private ControlPlane plane;
  private volatile @Nullable ServedWaypoint waypoint;
  private volatile @Nullable World world;

  public DevIstiod(Path folder) throws IOException {
    this(folder, DevCa.DAY);
  }

  public DevIstiod(Path folder, Duration lifetime) throws IOException {
    this.folder = folder;
    this.ca =
        DevCa.create(new TrustDomain("cluster.local"), lifetime, InstantSource.system(), random);
    this.plane = listen(0);
    writeRoot();
    writeToken(TOKEN);
  }

  private ControlPlane listen(int port) {
    return ControlPlane.listen(
            vertx,
            ControlPlaneSettings.local(port)
                .with((token, certificate) -> {
                  SpiffeId known = token == null ? certificate : tokens.get(token);
                  if (known == null) {
                    known = certificate;
                  }
                  return known == null
                      ? new Caller.Refused("who are you?")
                      : new Caller.Known(known);
                }),
            ca,
            InstantSource.system(),
            () -> waypoint)
        .await();
  }

  /** Tells this world, now and after every start. */
  public void tell(World told, ServedWaypoint inFront) {
    waypoint = inFront;
    world = told;
    plane.tell(told);
  }

  public ControlPlane plane() {
    return plane;
  }

  public DevCa ca() {
    return ca;
  }

  public Vertx vertx() {
    return vertx;
  }

  public IstiodSettings settings() {
    return IstiodSettings.DEFAULTS.at("127.0.0.1", plane.port()).with(folder);
  }

  public IstiodCertificates.Surroundings surroundings() {
    return new IstiodCertificates.Surroundings(
        vertx, InstantSource.system(), Scheduler.on(executor), random);
  }

  public IstiodCertificates certificates() {
    return IstiodCertificates.start(settings(), WAYPOINT, () -> DOMAINS, surroundings());
  }

  public void writeRoot() throws IOException {
    Files.writeString(folder.resolve("root-cert.pem"), ca.rootPem());
  }

  public void writeToken(String token) throws IOException {
    Files.writeString(folder.resolve("istio-token"), token + "\n");
  }

  /** Takes another token from now on, and not the one before. */
  public void expectToken(String token, SpiffeId id) {
    tokens.clear();
    tokens.put(token, id);
  }

  /** Ends the control plane; its port stays its own. */
  public int stop() {
    int port = plane.port();
    plane.close();
    return port;
  }

  public void start(int port) {
    plane = listen(port);
    World told = world;
    if (told != null) {
      plane.tell(told);
    }
  }

  @Override
  public void close() {
    plane.close();
    executor.shutdownNow();
    vertx.close().await();
  }
}
