// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.rbac.model.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who calls. */
class SourceTest {
  @ParameterizedTest
  @CsvSource({
    "cluster.local/ns/foo/sa/a,   spiffe://cluster.local/ns/foo/sa/a,   true",
    "cluster.local/ns/foo/sa/a,   spiffe://cluster.local/ns/foo/sa/a2,  false",
    "cluster.local/ns/foo/sa/a,   spiffe://cluster.local/ns/foo/sa/A,   false",
    "cluster.local/ns/foo/sa/a,   cluster.local/ns/foo/sa/a,            false",
    "cluster.local/ns/foo/*,      spiffe://cluster.local/ns/foo/sa/a,   true",
    "cluster.local/ns/foo/*,      spiffe://cluster.local/ns/bar/sa/b,   false",
    "*/sa/a,                      spiffe://td2/ns/x/sa/a,               true",
    "*/sa/a,                      spiffe://td2/ns/x/sa/aa,              false",
    "*/sa/a,                      https://td2/ns/x/sa/a,                false",
    "*,                           spiffe://td2/ns/x/sa/a,               true",
    "*,                           '',                                   false",
    "a*b,                         spiffe://a*b,                         true",
    "a*b,                         spiffe://axb,                         false",
  })
  void principals(String value, String principal, boolean matches) {
    assertMatch("principals", value, principal, matches);
  }

  @ParameterizedTest
  @CsvSource({
    "foo,      spiffe://cluster.local/ns/foo/sa/a,      true",
    "foo,      spiffe://cluster.local/ns/foobar/sa/a,   false",
    "foo,      spiffe://cluster.local/ns/xfoo/sa/a,     false",
    "foo,      spiffe://cluster.local/ns/foo,           false",
    "a.b,      spiffe://cluster.local/ns/aXb/sa/x,      false",
    "a.b,      spiffe://cluster.local/ns/a.b/sa/x,      true",
    "foo*,     spiffe://cluster.local/ns/foo-dev/sa/x,  true",
    "*dev,     spiffe://cluster.local/ns/foo-dev/sa/x,  true",
    "f*-*v,    spiffe://cluster.local/ns/foo-dev/sa/x,  true",
    "f*-*x,    spiffe://cluster.local/ns/foo-dev/sa/x,  false",
    "*,        spiffe://cluster.local/ns/foo/sa/x,      true",
    "(foo|x),  spiffe://cluster.local/ns/foo/sa/x,      false",
  })
  void namespaces(String value, String principal, boolean matches) {
    assertMatch("namespaces", value, principal, matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a,           spiffe://cluster.local/ns/foo/sa/a,          true",
    "a,           spiffe://cluster.local/ns/bar/sa/a,          false",
    "bar/b,       spiffe://cluster.local/ns/bar/sa/b,          true",
    "a,           spiffe://cluster.local/ns/foo/sa/a-admin,    false",
    "a,           spiffe://other/ns/foo/sa/a,                  true",
    "a,           spiffe://cluster.local/ns/foo/sa/a/pod/x,    true",
    "a,           spiffe://cluster.local/ns/foo/sa/a/,         false",
    "a,           spiffe://cluster.local/ns/foo/x/y/sa/a,      true",
    "a,           spiffe://cluster.local/ns/foo/xsa/a,         false",
    "a,           spiffe://cluster.local/ns/foo//sa/a,         false",
    "a,           spiffe:///ns/foo/sa/a,                       false",
    "a,           https://cluster.local/ns/foo/sa/a,           false",
    "foo/svc.v1,  spiffe://cluster.local/ns/foo/sa/svc.v1,     true",
    "foo/svc.v1,  spiffe://cluster.local/ns/foo/sa/svcXv1,     false",
    "foo/*,       spiffe://cluster.local/ns/foo/sa/a,          false",
  })
  void serviceAccounts(String value, String principal, boolean matches) {
    assertMatch("serviceAccounts", value, principal, matches);
  }

  @ParameterizedTest
  @CsvSource({
    "cluster.local,        spiffe://cluster.local/ns/foo/sa/a,            true",
    "cluster.local,        spiffe://cluster.local.evil/ns/foo/sa/a,       false",
    "*.prod.example.com,   spiffe://eu.prod.example.com/ns/foo/sa/a,      true",
    "*.prod.example.com,   spiffe://evil/ns/x.prod.example.com/sa/a,      false",
    "prod*,                spiffe://prod-eu/ns/foo/sa/a,                  true",
    "prod*,                spiffe://xprod/ns/foo/sa/a,                    false",
    "*,                    spiffe://any/ns/foo/sa/a,                      true",
    "aba*,                 spiffe://ab/ns/foo/sa/a,                       false",
  })
  void trustDomains(String value, String principal, boolean matches) {
    assertMatch("trustDomains", value, principal, matches);
  }

  private static void assertMatch(String field, String value, String principal, boolean matches) {
    Ask ask = Ask.get("/").principal(principal);
    assertThat(Sample.check(allow(by(source(field, Values.of(value)))), ask).allowed())
        .isEqualTo(matches);
    assertThat(Sample.check(allow(by(source(field, Values.not(value)))), ask).allowed())
        .isEqualTo(!matches);
    Ask tcp = Ask.tcp().principal(principal);
    assertThat(Sample.check(allow(by(source(field, Values.of(value)))), tcp).allowed())
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "10.244.1.10,          10.244.1.10,       true",
    "10.244.1.10,          10.244.1.11,       false",
    "192.168.4.0/23,       192.168.5.233,     true",
    "192.168.4.0/23,       192.168.3.6,       false",
    "192.168.5.77/23,      192.168.4.1,       true",
    "0.0.0.0/0,            8.8.8.8,           true",
    "0.0.0.0/0,            ::1,               false",
    "::/0,                 8.8.8.8,           false",
    "2001:db8::/32,        2001:db8:1::5,     true",
    "2001:db8::/32,        2001:db9::5,       false",
    "2001:db8::/96,        2001:db8::1:2,     true",
    "10.0.0.0/8,           ::ffff:10.1.2.3,   true",
    "::ffff:10.0.0.0/104,  10.1.2.3,          true",
  })
  void ipBlocksAndRemoteIpBlocks(String value, String address, boolean matches) {
    var blocks = allow(by(source("ipBlocks", Values.of(value))));
    assertThat(Sample.check(blocks, Ask.get("/").sourceIp(address)).allowed()).isEqualTo(matches);
    var remote = allow(by(source("remoteIpBlocks", Values.of(value))));
    assertThat(Sample.check(remote, Ask.get("/").remoteIp(address)).allowed()).isEqualTo(matches);
  }

  @Test
  void aForwardingHeaderNeverDecidesIpBlocks() {
    var policy = allow(by(source("ipBlocks", Values.of("192.0.2.0/24"))));
    assertThat(Sample.check(policy, Ask.get("/").remoteIp("192.0.2.7")).allowed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "*,              iss,        sub,      true",
    "*,              '',         sub,      false",
    "iss/sub,        iss,        sub,      true",
    "iss/sub,        iss,        subx,     false",
    "https://i/sub,  https://i,  sub,      true",
    "iss/*,          iss,        any,      true",
    "iss/*,          iss,        '',       false",
    "iss/pre*,       iss,        prefix,   true",
    "*/sub,          any,        sub,      true",
    "*suf/sub,       xsuf,       sub,      true",
    "*suf,           any,        xsuf,     true",
    "pre*,           prefix,     any,      true",
    "*/*,            iss,        sub,      false",
    "*/*,            iss,        *,        true",
    "https://idp*,   https://idp.x, sub,   false",
  })
  void requestPrincipals(String value, String issuer, String subject, boolean matches) {
    var policy = allow(by(source("requestPrincipals", Values.of(value))));
    Ask ask = Ask.get("/").claims(Map.of("iss", issuer, "sub", subject));
    assertThat(Sample.check(policy, ask).allowed()).isEqualTo(matches);
  }

  @Test
  void aTokenWithoutStringSubjectHasNoPrincipal() {
    var policy = allow(by(source("requestPrincipals", Values.of("*"))));
    assertThat(Sample.check(policy, Ask.get("/").claims(Map.of("iss", "i"))).allowed()).isFalse();
    assertThat(Sample.check(policy, Ask.get("/").claims(Map.of("iss", "i", "sub", 7))).allowed())
        .isFalse();
    assertThat(Sample.check(policy, Ask.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "cluster.local/ns/foo/sa/a,  spiffe://new-td/ns/foo/sa/a,         true",
    "cluster.local/ns/foo/sa/a,  spiffe://old-td/ns/foo/sa/a,         true",
    "cluster.local/ns/foo/sa/a,  spiffe://cluster.local/ns/foo/sa/a,  false",
    "old-td/ns/foo/sa/a,         spiffe://new-td/ns/foo/sa/a,         true",
    "partner.io/ns/foo/sa/a,     spiffe://partner.io/ns/foo/sa/a,     true",
    "partner.io/ns/foo/sa/a,     spiffe://new-td/ns/foo/sa/a,         false",
    "*/ns/foo/sa/a,              spiffe://whatever/ns/foo/sa/a,       true",
    "*-td/ns/foo/sa/a,           spiffe://my-td/ns/foo/sa/a,          true",
    "*ew-td/ns/foo/sa/a,         spiffe://old-td/ns/foo/sa/a,         true",
    "new*/ns/foo/sa/a,           spiffe://old-td/ns/foo/sa/a,         true",
    "old-td/ns/foo/*,            spiffe://new-td/ns/foo/sa/a,         false",
  })
  void aTrustDomainOfTheMeshStandsForAllOfThem(String value, String principal, boolean matches) {
    var trust =
        new MeshTrust(
            new TrustDomain("new-td"), List.of(new TrustDomain("old-td")), "istio-system");
    var positive =
        PolicySet.compile(List.of(allow(by(Sample.principals(Values.of(value))))), trust);
    var negative =
        PolicySet.compile(List.of(allow(by(Sample.principals(Values.not(value))))), trust);
    StatedFacts facts = Ask.get("/").principal(principal).facts();
    assertThat(positive.check(facts).allowed()).isEqualTo(matches);
    assertThat(negative.check(facts).allowed()).isEqualTo(!matches);
  }

  @Test
  void trustDomainsExpandOnExactMembershipOnly() {
    var trust =
        new MeshTrust(
            new TrustDomain("new-td"), List.of(new TrustDomain("old-td")), "istio-system");
    StatedFacts facts = Ask.get("/").principal("spiffe://new-td/ns/foo/sa/a").facts();
    var member = allow(by(source("trustDomains", Values.of("old-td"))));
    assertThat(PolicySet.compile(List.of(member), trust).check(facts).allowed()).isTrue();
    var pattern = allow(by(source("trustDomains", Values.of("old*"))));
    assertThat(PolicySet.compile(List.of(pattern), trust).check(facts).allowed()).isFalse();
  }
}
