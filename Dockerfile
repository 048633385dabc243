# syntax=docker/dockerfile:1

# The web client. Its files end up inside the server's binary, so nothing of this stage is shipped.
FROM node:22-slim AS client
WORKDIR /src/web-client
# The manifests first: installing is repeated only when they change.
COPY web-client/package.json web-client/package-lock.json web-client/.npmrc ./
RUN npm ci
COPY web-client ./
RUN npm run build

# The server. 1.92 is the oldest compiler it builds with; the distribution is that of the last
# stage, or the binary would ask for another C library.
FROM rust:1.92-slim-bookworm AS server
WORKDIR /src
# The allocator is built by make; the image's own compiler builds the rest that isn't Rust.
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
# Cargo wants every target of the workspace to be there, tests included, even if it builds one.
COPY Cargo.toml Cargo.lock build.rs build_commit.rs ./
COPY .cargo .cargo
COPY loadtest loadtest
COPY benches benches
COPY tests tests
COPY migrations migrations
COPY src src
COPY --from=client /src/web-client/dist web-client/dist
# The caches keep compiled dependencies between builds and stay out of the image, so the binary is
# copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package seatmap --bin seatmap \
    && cp target/release/seatmap /usr/local/bin/seatmap

FROM debian:bookworm-slim
# curl is for the health check alone. The certificate authorities are those whom an identity
# provider's keys are fetched from (JWKS_URL); SSL_CERT_FILE names others.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
# No rights, no shell, no home: the server writes no files when its database is elsewhere.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin seatmap
COPY --from=server /usr/local/bin/seatmap /usr/local/bin/seatmap
USER seatmap

# The loopback of a container reaches nobody. On any other address the server refuses open mode
# unless that is allowed by name, so a bare `docker run` says so instead of standing open.
ENV BIND=0.0.0.0 \
    PORT=8080 \
    LOG_FORMAT=json
EXPOSE 8080
# Requests are answered, viewers are told when to come back, then it ends: within 10 s.
STOPSIGNAL SIGTERM
# Alive, not ready: a restart cures a server that hangs, not a database that is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s --retries=3 \
    CMD curl --fail --silent --show-error "http://127.0.0.1:${PORT}/health" || exit 1
ENTRYPOINT ["seatmap"]
CMD ["serve"]
