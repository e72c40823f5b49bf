// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the rules of one AuthorizationPolicy. */
final class PolicyRuleReader {
  private static final int MOST = 512;
  private static final int MOST_ACCOUNTS = 16;
  private static final int LONGEST_ACCOUNT = 320;

  /** Fields of a source, each with its twin. */
  private static final Map<String, String> SOURCE =
      Map.of(
          "principals", "notPrincipals",
          "requestPrincipals", "notRequestPrincipals",
          "namespaces", "notNamespaces",
          "serviceAccounts", "notServiceAccounts",
          "trustDomains", "notTrustDomains",
          "ipBlocks", "notIpBlocks",
          "remoteIpBlocks", "notRemoteIpBlocks");

  private static final Map<String, String> OPERATION =
      Map.of(
          "hosts", "notHosts", "ports", "notPorts", "methods", "notMethods", "paths", "notPaths");

  private final Action action;

  /**
   * Errors of rules that say clearly what they mean: admission refuses them, an engine need not.
   */
  private int clear;

  PolicyRuleReader(Action action) {
    this.action = action;
  }

  /**
   * A rule that cannot be read counts against the caller: it allows nothing, or denies all. One
   * that admission refuses although it is clear counts as written. An empty element is no rule, as
   * in Istio.
   */
  List<Rule> read(Doc list) {
    List<Rule> rules = new ArrayList<>();
    for (Doc doc : list.list(MOST)) {
      if (!doc.present()) {
        doc.error(
            Code.MISSING_FIELD, doc.path() + " is empty; a rule that matches everything is {}");
        continue;
      }
      int before = doc.errorsSoFar() - clear;
      Rule rule = rule(doc);
      boolean read = doc.errorsSoFar() - clear == before;
      if (read) {
        rules.add(rule);
      } else if (action == Action.DENY || action == Action.CUSTOM) {
        rules.add(Rule.EVERYTHING);
      }
    }
    return rules;
  }

  private Rule rule(Doc doc) {
    doc.only("from", "to", "when");
    List<Source> from = new ArrayList<>();
    for (Doc item : doc.field("from").list(MOST)) {
      from.add(source(item.only("source").field("source")));
    }
    List<Operation> to = new ArrayList<>();
    for (Doc item : doc.field("to").list(MOST)) {
      to.add(operation(item.only("operation").field("operation")));
    }
    List<Condition> when = new ArrayList<>();
    doc.field("when").list().forEach(item -> when.add(condition(item)));
    if (action == Action.DENY) {
      warnOfTcp(doc, to, from, when);
    }
    return new Rule(from, to, when);
  }

  private Source source(Doc doc) {
    fields(doc, SOURCE);
    if (doc.has("serviceAccounts") && (doc.has("principals") || doc.has("namespaces"))) {
      refuse(
          doc.field("serviceAccounts"),
          Code.CONTRADICTION,
          "serviceAccounts excludes principals and namespaces in a source");
    }
    accounts(doc.field("serviceAccounts"));
    accounts(doc.field("notServiceAccounts"));
    if (action == Action.CUSTOM) {
      for (String field :
          List.of(
              "principals", "requestPrincipals", "namespaces", "serviceAccounts", "trustDomains")) {
        for (String name : List.of(field, SOURCE.getOrDefault(field, field))) {
          if (doc.has(name)) {
            notCustom(doc.field(name), name, field.equals("requestPrincipals"));
          }
        }
      }
    }
    return new Source(
        values(doc, SOURCE, "principals"),
        values(doc, SOURCE, "requestPrincipals"),
        values(doc, SOURCE, "namespaces"),
        values(doc, SOURCE, "serviceAccounts"),
        values(doc, SOURCE, "trustDomains"),
        values(doc, SOURCE, "ipBlocks"),
        values(doc, SOURCE, "remoteIpBlocks"));
  }

  private Operation operation(Doc doc) {
    fields(doc, OPERATION);
    return new Operation(
        values(doc, OPERATION, "hosts"),
        values(doc, OPERATION, "ports"),
        values(doc, OPERATION, "methods"),
        values(doc, OPERATION, "paths"));
  }

  private Condition condition(Doc doc) {
    doc.only("key", "values", "notValues");
    String key = doc.field("key").required();
    var values = new Values(texts(doc.field("values")), texts(doc.field("notValues")));
    if (values.isEmpty()) {
      doc.error(Code.MISSING_FIELD, doc.path() + " needs values or notValues");
    }
    if (key.startsWith("experimental.")) {
      doc.field("key")
          .warning(
              Code.NOT_SUPPORTED,
              key
                  + " is metadata of Envoy's filters, which no request has here: values never"
                  + " match");
    }
    boolean ofCaller =
        List.of(
                    "source.namespace",
                    "source.serviceAccount",
                    "source.trustDomain",
                    "source.principal")
                .contains(key)
            || key.startsWith("request.auth.");
    if (action == Action.CUSTOM && ofCaller) {
      notCustom(doc.field("key"), key, key.startsWith("request.auth."));
    }
    return new Condition(key, values);
  }

  private void fields(Doc doc, Map<String, String> pairs) {
    List<String> known = new ArrayList<>();
    pairs.forEach((field, twin) -> {
      known.add(field);
      known.add(twin);
    });
    known.sort(null);
    doc.only(known);
    if (known.stream().noneMatch(doc::has)) {
      String message = doc.path() + " is empty: it would match nothing or everything";
      if (action == Action.ALLOW) {
        doc.error(Code.MISSING_FIELD, message);
      } else {
        refuse(doc, Code.MISSING_FIELD, message);
      }
    }
  }

  private Values values(Doc doc, Map<String, String> pairs, String field) {
    return new Values(texts(doc.field(field)), texts(doc.field(pairs.getOrDefault(field, field))));
  }

  /**
   * An empty text matches nothing a caller could have, and Istio refuses it. Beside others it is
   * clear what is meant; by itself it is not.
   */
  private List<String> texts(Doc list) {
    List<Doc> all = list.list();
    boolean others = all.stream().anyMatch(doc -> doc.present() && !doc.raw().isEmpty());
    List<String> texts = new ArrayList<>();
    for (Doc doc : all) {
      texts.add(doc.text(""));
      if (!doc.present() || doc.raw().isEmpty()) {
        String message = doc.path() + " is empty";
        if (doc.present() && others) {
          refuse(doc, Code.BAD_VALUE, message);
        } else {
          doc.error(Code.BAD_VALUE, message);
        }
      }
    }
    return texts;
  }

  private void accounts(Doc list) {
    List<Doc> all = list.list();
    if (all.size() > MOST_ACCOUNTS) {
      refuse(
          all.get(MOST_ACCOUNTS),
          Code.LIMIT,
          list.path() + " has " + all.size() + " items, the limit is " + MOST_ACCOUNTS);
    }
    for (Doc doc : all) {
      String text = doc.text("");
      String message =
          doc.path() + " is name or namespace/name without wildcards, of at most 320 characters";
      if (text.indexOf('*') >= 0 || text.indexOf('/') != text.lastIndexOf('/')) {
        // As written it could match nobody, and a denial would let everybody pass.
        doc.error(Code.BAD_VALUE, message);
      } else if (text.length() > LONGEST_ACCOUNT) {
        refuse(doc, Code.BAD_VALUE, message);
      }
    }
  }

  /**
   * @param absent whether the request does not have it yet when authorizers are asked, so that a
   *     rule as written would pass them by
   */
  private void notCustom(Doc at, String field, boolean absent) {
    String message = field + " may not be used with action CUSTOM";
    if (absent) {
      at.error(Code.CONTRADICTION, message);
    } else {
      refuse(at, Code.CONTRADICTION, message);
    }
  }

  /** An error that leaves no doubt about what the rule means. */
  private void refuse(Doc at, Code code, String message) {
    at.error(code, message);
    clear++;
  }

  private static void warnOfTcp(
      Doc doc, List<Operation> to, List<Source> from, List<Condition> when) {
    boolean http =
        to.stream()
                .anyMatch(
                    o -> !o.hosts().isEmpty() || !o.methods().isEmpty() || !o.paths().isEmpty())
            || from.stream().anyMatch(s -> !s.requestPrincipals().isEmpty())
            || when.stream().anyMatch(c -> c.key().startsWith("request."));
    if (http && to.stream().allMatch(o -> o.ports().isEmpty())) {
      doc.info(
          Code.DENIES_TCP,
          doc.path() + " has HTTP fields and no ports: it denies every TCP connection as well");
    }
  }
}
