// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.world.IpText;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.Workload;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads Pods and Deployments: who runs, as whom, and where. */
final class WorkloadReader {
  private static final int HBONE = 15008;
  private static final String UNKNOWN = "unknown";

  private final Objects objects;
  private final MeshSettings mesh;
  private final LocalTable local;
  private final Map<String, WorkloadSpec> found = new TreeMap<>();

  private WorkloadReader(Objects objects, MeshSettings mesh, LocalTable local) {
    this.objects = objects;
    this.mesh = mesh;
    this.local = local;
  }

  /** All workloads, sorted by namespace and name. */
  static List<WorkloadSpec> read(Objects objects, MeshSettings mesh, LocalTable local) {
    var reader = new WorkloadReader(objects, mesh, local);
    objects.of("Pod").forEach(reader::pod);
    objects.of("Deployment").forEach(reader::deployment);
    objects.services().forEach(reader::serviceAlone);
    objects.of("WorkloadEntry").forEach(reader::entry);
    return List.copyOf(reader.found.values());
  }

  private void pod(Manifest pod) {
    Doc status = pod.doc().field("status");
    String phase = status.field("phase").text("Running");
    var template = PodTemplate.read(pod.doc());
    if (phase.equals("Succeeded") || phase.equals("Failed") || isWaypoint(pod, template)) {
      return;
    }
    boolean ready = isReady(status) && !pod.metadata().has("deletionTimestamp");
    add(pod, template, owner(pod, template), addresses(status), ready);
  }

  private void deployment(Manifest deployment) {
    Doc spec = deployment.spec();
    Doc templateDoc = spec.field("template");
    var template = PodTemplate.read(templateDoc);
    Map<String, String> selector = spec.field("selector").field("matchLabels").textMap();
    boolean hasPods =
        objects.of("Pod").stream()
            .filter(pod -> pod.namespace().equals(deployment.namespace()))
            .anyMatch(pod -> pod.labels().entrySet().containsAll(selector.entrySet()));
    boolean scaledToNothing =
        spec.has("replicas") && spec.field("replicas").integer(0, Integer.MAX_VALUE, 1) == 0;
    if (!(hasPods && !selector.isEmpty())
        && !scaledToNothing
        && !isWaypoint(deployment, template)
        && !found.containsKey(deployment.key())) {
      add(deployment, template, deployment.name(), List.of(), true);
    }
  }

  /** A Service whose annotation names a process, without a workload that could carry the name. */
  private void serviceAlone(ServiceSpec service) {
    Manifest manifest = service.manifest();
    boolean selectsSome =
        found.values().stream()
            .anyMatch(
                w -> w.namespace().equals(service.namespace()) && service.selects(w.labels()));
    if (!selectsSome && !found.containsKey(service.key()) && LocalAddress.of(manifest) != null) {
      Map<String, String> labels = new TreeMap<>(manifest.labels());
      labels.putAll(service.selector());
      var template = new PodTemplate(labels, "default", Map.of());
      add(manifest, template, service.name(), List.of(), true);
    }
  }

  /** What runs outside the cluster and is one of its workloads all the same. */
  private void entry(Manifest manifest) {
    Doc spec = manifest.spec();
    String address = PlaceReader.address(manifest, true, spec);
    if (address == null) {
      return;
    }
    Map<String, String> labels = new TreeMap<>(manifest.labels());
    labels.putAll(spec.field("labels").textMap());
    String account = PlaceReader.account(spec);
    if (!Names.isSubdomain(account)) {
      spec.field("serviceAccount")
          .error(Code.BAD_VALUE, "\"" + account + "\" is not a service account's name");
      return;
    }
    var identity = new SpiffeId(mesh.trustDomain(), manifest.namespace(), account);
    boolean literal = IpText.canonical(address) != null;
    boolean tunnelled =
        literal
            && (PlaceReader.isTunnelled(spec.field("labels"))
                || PlaceReader.isTunnelled(manifest.metadata().field("labels")));
    var found =
        new WorkloadSpec(
            manifest,
            workload(manifest, labels, manifest.name(), identity),
            labels,
            literal ? List.of(address) : List.of(),
            null,
            tunnelled ? new InetSocketAddress(address, HBONE) : null,
            true,
            PlaceReader.ports(spec));
    // Beside a pod of the same name it is another workload.
    this.found.put(manifest.key() + " " + manifest.kind(), found);
  }

  private void add(
      Manifest manifest,
      PodTemplate template,
      String owner,
      List<String> addresses,
      boolean ready) {
    String account = template.account();
    if (!Names.isSubdomain(account)) {
      manifest.spec().error(Code.BAD_VALUE, "\"" + account + "\" is not a service account's name");
      return;
    }
    var identity = new SpiffeId(mesh.trustDomain(), manifest.namespace(), account);
    if (!account.equals("default") && !objects.hasAccount(manifest.namespace(), account)) {
      manifest
          .metadata()
          .field("name")
          .warning(
              Code.ACCOUNT_NOT_FOUND,
              "ServiceAccount %s/%s of %s does not exist"
                  .formatted(manifest.namespace(), account, manifest.key()));
    }
    var asked =
        new LocalTable.LocalWorkload(
            manifest.namespace(), manifest.name(), identity, annotated(manifest, template));
    LocalTable.LocalProcess process = local.find(asked);
    var spec =
        new WorkloadSpec(
            manifest,
            workload(manifest, template.labels(), owner, identity),
            template.labels(),
            addresses,
            process == null ? null : process.app(),
            process == null ? tunnel(manifest, addresses) : process.hbone(),
            ready,
            template.ports());
    found.put(manifest.key(), spec);
  }

  /** The object's own annotation, its template's, or that of the first service that selects it. */
  private @Nullable InetSocketAddress annotated(Manifest manifest, PodTemplate template) {
    InetSocketAddress own = LocalAddress.of(manifest);
    if (own == null) {
      Doc metadata = manifest.spec().field("template").field("metadata");
      own = LocalAddress.of(metadata.field("annotations").field(LocalTable.ANNOTATION));
    }
    if (own != null) {
      return own;
    }
    for (ServiceSpec service : objects.services()) {
      if (service.namespace().equals(manifest.namespace()) && service.selects(template.labels())) {
        InetSocketAddress address = LocalAddress.of(service.manifest());
        if (address != null) {
          return address;
        }
      }
    }
    return null;
  }

  /** A pod of the mesh has a ztunnel at its own address. */
  private @Nullable InetSocketAddress tunnel(Manifest manifest, List<String> addresses) {
    String redirection = manifest.annotation("ambient.istio.io/redirection").text("");
    String mode = manifest.label("istio.io/dataplane-mode").text("");
    boolean ambient =
        mode.isEmpty()
            ? objects
                .namespaceLabel(manifest.namespace(), "istio.io/dataplane-mode")
                .equals("ambient")
            : mode.equals("ambient");
    boolean captured = redirection.isEmpty() ? ambient : redirection.equals("enabled");
    return captured && !addresses.isEmpty()
        ? new InetSocketAddress(addresses.getFirst(), HBONE)
        : null;
  }

  private Workload workload(
      Manifest manifest, Map<String, String> labels, String owner, SpiffeId identity) {
    String app = labels.getOrDefault("app", UNKNOWN);
    String version = labels.getOrDefault("version", UNKNOWN);
    String canonical = app.equals(UNKNOWN) ? owner : app;
    String revision = version.equals(UNKNOWN) ? "latest" : version;
    return new Workload(
        manifest.name(),
        manifest.namespace(),
        owner,
        identity,
        labels.getOrDefault("service.istio.io/canonical-name", canonical),
        labels.getOrDefault("service.istio.io/canonical-revision", revision),
        app,
        version,
        mesh.cluster());
  }

  /** Our own pods are not workloads to send to: a waypoint never dials itself. */
  private static boolean isWaypoint(Manifest manifest, PodTemplate template) {
    String label = "gateway.networking.k8s.io/gateway-name";
    return template.labels().containsKey(label) || manifest.labels().containsKey(label);
  }

  private String owner(Manifest pod, PodTemplate template) {
    for (Manifest deployment : objects.of("Deployment")) {
      Doc selector = deployment.spec().field("selector").field("matchLabels");
      if (deployment.namespace().equals(pod.namespace())
          && selector.present()
          && template.labels().entrySet().containsAll(selector.textMap().entrySet())) {
        return deployment.name();
      }
    }
    for (Doc owner : pod.metadata().field("ownerReferences").list()) {
      String name = owner.field("name").text(pod.name());
      String hash = "-" + template.labels().getOrDefault("pod-template-hash", "");
      boolean hashed = hash.length() > 1 && name.endsWith(hash);
      return hashed ? name.substring(0, name.length() - hash.length()) : name;
    }
    return pod.name();
  }

  private static List<String> addresses(Doc status) {
    List<Doc> docs = new ArrayList<>();
    docs.add(status.field("podIP"));
    status.field("podIPs").list().forEach(entry -> docs.add(entry.field("ip")));
    List<String> addresses = new ArrayList<>();
    for (Doc doc : docs) {
      String address = IpText.canonical(doc.text(""));
      if (address != null && !addresses.contains(address)) {
        addresses.add(address);
      } else if (address == null && doc.present()) {
        doc.error(Code.BAD_VALUE, doc.path() + " is \"" + doc.raw() + "\", not an address");
      }
    }
    return addresses;
  }

  /** A manifest without status is one that nobody probes. */
  private static boolean isReady(Doc status) {
    for (Doc condition : status.field("conditions").list()) {
      if (condition.field("type").text("").equals("Ready")) {
        return condition.field("status").text("").equals("True");
      }
    }
    return true;
  }
}
