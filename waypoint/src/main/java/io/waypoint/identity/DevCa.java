// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * The certificate authority of a mesh on one machine: an EC P-256 root and leaves as istiod signs
 * them for a ztunnel (empty subject, one critical URI, good for both sides of TLS).
 */
public final class DevCa {
  /** How long a leaf lives unless somebody wants to see rotation. */
  public static final Duration DAY = Duration.ofHours(24);

  private final Signer signer;
  private final Duration lifetime;
  private final TrustBundle trust;

  private DevCa(Signer signer, TrustDomain domain, Duration lifetime) {
    this.signer = signer;
    this.lifetime = lifetime;
    this.trust = new TrustBundle(List.of(signer.root()), Set.of(domain));
  }

  /** A new root that nobody else has, and that ends with this process. */
  public static DevCa create(
      TrustDomain domain, Duration lifetime, InstantSource clock, SecureRandom random) {
    return new DevCa(Signer.create(domain, clock, random), domain, lifetime);
  }

  /**
   * The root that an earlier run left in this folder, or a new one that is left there for the next.
   * The folder and the key are the owner's alone.
   *
   * @throws IOException if the folder cannot be used, others may read the key, or the root has
   *     expired; the message says which and what to do
   */
  public static DevCa open(
      Path folder, TrustDomain domain, Duration lifetime, InstantSource clock, SecureRandom random)
      throws IOException {
    var store = new CaFolder(folder);
    if (store.isEmpty()) {
      store.save(Signer.create(domain, clock, random));
    }
    Signer signer = store.load(clock, random);
    if (clock.instant().isAfter(signer.root().getNotAfter().toInstant())) {
      throw new IOException("the root in " + folder + " has expired; remove it to get a new one");
    }
    return new DevCa(signer, domain, lifetime);
  }

  /** A new key and its certificate. Any thread may ask. */
  public Material issue(SpiffeId id) {
    KeyPair pair = signer.newPair();
    return new Material(
        id, pair.getPrivate(), List.of(signer.sign(id, pair.getPublic(), lifetime)), trust);
  }

  /** A certificate for a key that somebody else keeps. */
  public X509Certificate sign(SpiffeId id, PublicKey key, Duration wanted) {
    return signer.sign(id, key, wanted.compareTo(lifetime) < 0 ? wanted : lifetime);
  }

  /** A new key and a certificate for a server that clients know by these host names. */
  public ServerKey server(List<String> names) {
    KeyPair pair = signer.newPair();
    return new ServerKey(
        pair.getPrivate(), List.of(signer.signServer(names, pair.getPublic(), lifetime)));
  }

  /** The root of this authority and the domain it vouches for. */
  public TrustBundle trust() {
    return trust;
  }

  /** The root as other programs want it. */
  public String rootPem() {
    return trust.pem();
  }
}
