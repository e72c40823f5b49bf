// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.waypoint.config.WaypointSettings;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The walls of the house, as ARCHITECTURE.md draws them. */
final class ArchitectureTest {
  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.waypoint");

  private static final String[] JDK = {"java..", "javax..", "org.jspecify.."};

  private static void holds(ArchRule rule) {
    rule.check(PRODUCTION);
  }

  @Test
  void routingIsPure() {
    holds(
        classes()
            .that()
            .resideInAPackage("io.waypoint.routing..")
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(JDK)
                    .or(resideInAnyPackage("io.waypoint.routing..", "com.google.re2j.."))));
  }

  @Test
  void rbacIsPure() {
    holds(
        classes()
            .that()
            .resideInAPackage("io.waypoint.rbac..")
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(JDK)
                    .or(
                        resideInAnyPackage(
                            "io.waypoint.rbac..", "com.google.re2j..", "com.nimbusds.."))));
  }

  @Test
  void filtersTouchNoSockets() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.waypoint.filters..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.vertx..", "io.netty.channel..", "io.netty.handler..", "java.nio.channels.."));
  }

  @Test
  void packagesHaveNoCycles() {
    holds(slices().matching("io.waypoint.(*)..").should().beFreeOfCycles());
  }

  @Test
  void theWriteSideAndTheReadSideMeetOnlyInTheWorld() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.waypoint.discovery..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.waypoint.proxy..", "io.waypoint.upstream.."));
    holds(
        noClasses()
            .that()
            .resideInAnyPackage("io.waypoint.proxy..", "io.waypoint.upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.waypoint.discovery.."));
  }

  @Test
  void hboneKnowsOnlyNettyVertxAndIdentity() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.waypoint.hbone..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.waypoint..")
                    .and(
                        DescribedPredicate.not(
                            resideInAnyPackage(
                                "io.waypoint.hbone..",
                                "io.waypoint.identity..",
                                "io.waypoint.rbac.identity..",
                                "io.waypoint.refusal..")))));
  }

  @Test
  void http1IsBytesAndKnowsNobody() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.waypoint.http1..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.waypoint..")
                    .and(DescribedPredicate.not(resideInAnyPackage("io.waypoint.http1..")))));
  }

  @Test
  void nettyChannelsStayInTheTransport() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.waypoint.hbone..",
                "io.waypoint.http1..",
                "io.waypoint.proxy.relay..",
                "io.waypoint.dev.ztunnel..",
                "io.waypoint.discovery.dns..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler.."));
  }

  @Test
  void onlyTheTransportUsesVertxInternals() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.waypoint.hbone..", "io.waypoint.http1..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.vertx..")
                    .and(resideInAnyPackage("..impl..", "..internal..", "io.vertx.core.spi.."))));
  }

  @Test
  void namesSayWhatThingsAre() {
    holds(
        noClasses()
            .should()
            .resideInAnyPackage("..impl..", "..util..", "..common..", "..manager..", "..helper.."));
    DescribedPredicate<JavaClass> vague =
        simpleNameEndingWith("Impl")
            .or(simpleNameEndingWith("Util"))
            .or(simpleNameEndingWith("Utils"))
            .or(simpleNameEndingWith("Helper"))
            .or(simpleNameEndingWith("Manager"))
            .and(DescribedPredicate.not(simpleNameEndingWith("TrustManager")))
            .and(DescribedPredicate.not(simpleNameEndingWith("KeyManager")));
    holds(noClasses().should(com.tngtech.archunit.lang.conditions.ArchConditions.be(vague)));
  }

  /** What a user sets and nobody reads would be a lie. */
  @Test
  void everySettingIsUsed() {
    for (RecordComponent group : WaypointSettings.class.getRecordComponents()) {
      for (RecordComponent setting : group.getType().getRecordComponents()) {
        var users =
            PRODUCTION.get(group.getType()).getMethod(setting.getName()).getCallsOfSelf().stream()
                .map(call -> call.getOriginOwner().getPackageName())
                .filter(caller -> !caller.equals("io.waypoint.config"))
                .toList();
        assertThat(users).as(group.getName() + "." + setting.getName()).isNotEmpty();
      }
    }
  }

  @Test
  void timeAndChanceAreInjected() {
    DescribedPredicate<JavaClass> outside =
        DescribedPredicate.not(
            resideInAPackage("io.waypoint.cli..")
                .or(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo(
                        Clocks.class)));
    holds(noClasses().that(outside).should().callMethod(System.class, "nanoTime"));
    holds(noClasses().that(outside).should().callMethod(System.class, "currentTimeMillis"));
    holds(noClasses().that(outside).should().callMethod(Instant.class, "now"));
    holds(noClasses().that(outside).should().callMethod(Clock.class, "systemUTC"));
    holds(noClasses().that(outside).should().callMethod(ThreadLocalRandom.class, "current"));
  }
}
