# syntax=docker/dockerfile:1
# docker build --build-arg VERSION=1.2.3 --tag registry.example/pitdesk:1.2.3 .
#
# The image holds the program, the roots of certificate authorities and its bill of materials: no shell, no package
# manager, no C library. It has no Postgres either: give it PITDESK_DATABASE_URL (docs/kubernetes.md).
ARG GO_IMAGE=golang:1.26-trixie

FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG TARGETOS
ARG TARGETARCH
# The bill of materials is written by a tool that runs here, whatever machine the program is for.
RUN go build -o /usr/local/bin/sbom ./internal/bom/sbom
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH SBOM=/usr/local/bin/sbom sh .ci/image /root-of-image "$VERSION"

FROM scratch
ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="pitdesk" \
      org.opencontainers.image.description="A support desk for many casinos in one deployment" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /root-of-image/ /
ENV PITDESK_DATA=/data PITDESK_ADDR=:8080
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["/pitdesk", "probe"]
ENTRYPOINT ["/pitdesk"]
CMD ["serve"]
