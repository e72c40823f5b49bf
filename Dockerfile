# The image of waypoint: a JVM of the modules we use, libraries, and a cache of what starts skip. No shell, no package manager.
#
#   docker build -t waypoint .
#
# Where registries are out of reach, every input can be handed in: images of build and run by arguments, the JDK and a Maven
# repository as build contexts. .ci/image does so, runs what it built and asks it through a tunnel.
#
#   docker build --build-arg BUILDER=IMAGE --build-arg BASE=IMAGE --build-context jdk=FOLDER --build-context maven=FOLDER .
#
# Multi-arch: `docker buildx build --platform linux/amd64,linux/arm64`. The cache is made by running the program, so each platform
# builds on its own kind of machine or under emulation. arm64 is written here and has not been built yet.

# Anything with Maven, a shell and tar; with a JDK 25, too, unless the context jdk brings one.
ARG BUILDER=maven:3-eclipse-temurin-25
# Anything with glibc. Pin it by digest in earnest: NAME@sha256:...
ARG BASE=chainguard/glibc-dynamic:latest

# Stages that build contexts of the same name replace. Empty means: the builder has it, or fetches it.
FROM scratch AS jdk
FROM scratch AS maven

# --- build: what `mvn package` makes ------------------------------------------------------------------------------------------

FROM ${BUILDER} AS build
WORKDIR /src
# The poms first: what they name is fetched once and not again when only sources change.
COPY pom.xml ./
COPY .mvn .mvn
COPY routing/pom.xml routing/
COPY rbac/pom.xml rbac/
COPY filters/pom.xml filters/
COPY waypoint/pom.xml waypoint/
COPY load-tests/pom.xml load-tests/
COPY LICENSE NOTICE ./
COPY bin bin
COPY examples examples
COPY chart/waypoint chart/waypoint
COPY routing/src/main routing/src/main
COPY rbac/src/main rbac/src/main
COPY filters/src/main filters/src/main
COPY waypoint/src/main waypoint/src/main
COPY waypoint/src/dist waypoint/src/dist
ARG SOURCE_DATE_EPOCH=1767225600
# Further arguments of Maven; -o is none of them, because without a network no bill of materials is made.
ARG MAVEN_ARGUMENTS=""
RUN --mount=type=bind,from=jdk,target=/jdk --mount=type=bind,from=maven,target=/maven \
    set -eu; \
    if [ -x /jdk/bin/javac ]; then JAVA_HOME=/jdk; fi; \
    : "${JAVA_HOME:=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"; \
    export JAVA_HOME; \
    mkdir -p /root/.m2/repository; \
    cp -R /maven/. /root/.m2/repository/; \
    mvn -B -q ${MAVEN_ARGUMENTS} -Dmaven.test.skip=true -Dhouse.skip=true -pl waypoint -am package; \
    rm -rf /root/.m2; \
    bin/layout "$JAVA_HOME" /app; \
    mkdir -p /ours/lib; \
    mv /app/lib/waypoint.jar /ours/lib/; \
    mv /app/waypoint.aot /app/java.opts /app/sbom.json /app/LICENSE /app/NOTICE /app/examples /ours/; \
    rm -r /app/bin

# --- run -----------------------------------------------------------------------------------------------------------------------

FROM ${BASE}
# By how often they change: the runtime, libraries of others, ours.
COPY --from=build /app/jre /app/jre
COPY --from=build /app/native /app/native
COPY --from=build /app/lib /app/lib
COPY --from=build /ours /app

ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="waypoint" \
      org.opencontainers.image.description="The L7 proxy of an Istio ambient mesh" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="docs/install.md" \
      org.opencontainers.image.licenses="Apache-2.0"

# Nobody's number: a cluster can tell that it is not root without a look into the image.
USER 65532:65532
WORKDIR /
EXPOSE 15008 15020 15021
STOPSIGNAL SIGTERM
# java is process 1, so that SIGTERM reaches it and starts the drain.
ENTRYPOINT ["/app/jre/bin/java", "@/app/java.opts", "-XX:AOTCache=/app/waypoint.aot", "-Djava.library.path=/app/native", "-Dwaypoint.home=/app", "-jar", "/app/lib/waypoint.jar"]
CMD ["--help"]
# Kubernetes has probes of its own; this is for whoever runs the image by hand.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["/app/jre/bin/java", "@/app/java.opts", "-XX:AOTCache=/app/waypoint.aot", "-jar", "/app/lib/waypoint.jar", "healthcheck"]
