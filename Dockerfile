# One image for every role: a static binary, the certificates it checks others
# by, a user, and a wget for the health check. About 38 MB.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -tags=nodynamic -trimpath -ldflags="-s -w -X main.version=$VERSION" -o /out/usr/bin/roseash ./cmd/roseash
# A volume that is mounted for the first time takes over the owner.
RUN mkdir -p /out/data /out/public /out/etc/ssl/certs \
	&& cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ \
	&& echo 'roseash:x:65532:65532:Rose Ash:/data:/sbin/nologin' >/out/etc/passwd \
	&& echo 'roseash:x:65532:' >/out/etc/group \
	&& chown 65532:65532 /out/data /out/public

FROM busybox:1-musl AS tools

FROM scratch
COPY --from=tools /bin/busybox /usr/bin/wget
COPY --from=build /out/ /
ENV ROSEASH_LISTEN=0.0.0.0:8080 \
	ROSEASH_METRICS_LISTEN=127.0.0.1:9090 \
	ROSEASH_DATA_DIR=/data \
	ROSEASH_PUBLIC_DIR=/public \
	ROSEASH_LOG=json
USER 65532:65532
VOLUME ["/data", "/public"]
EXPOSE 8080
# The private listener answers in every role.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
	CMD ["/usr/bin/wget", "-q", "-O", "/dev/null", "http://127.0.0.1:9090/readyz"]
ENTRYPOINT ["/usr/bin/roseash"]
CMD ["serve"]
