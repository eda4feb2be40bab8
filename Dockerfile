# syntax=docker/dockerfile:1

# The pages, which the hub carries inside.
FROM node:24-trixie-slim AS pages
WORKDIR /waypost/web
COPY web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

# The hub. Its build image and its run image are of one Debian, so that they agree on the C library.
FROM rust:1.95-slim-trixie AS hub
WORKDIR /waypost
COPY . .
COPY --from=pages /waypost/web/dist web/dist
# The build folder is a cache and not in the image, so the program is copied out of it in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/waypost/target \
    cargo build --release --locked --bin waypost \
    && cp target/release/waypost /usr/local/bin/waypost \
    && install -d -o 10001 -g 10001 -m 0750 /data

FROM debian:trixie-slim
LABEL org.opencontainers.image.title="Waypost" \
      org.opencontainers.image.description="A self-hosted delivery-dispatch message hub: one binary, SQLite inside, Socket.IO outside" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT"
COPY LICENSE LICENSE-APACHE LICENSE-MIT /usr/share/doc/waypost/
COPY --from=hub /usr/local/bin/waypost /usr/local/bin/waypost
# A new volume takes over the owner of the folder it is mounted on.
COPY --from=hub --chown=10001:10001 /data /data
# By number, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV WAYPOST_LISTEN=0.0.0.0:8080 \
    WAYPOST_DATABASE_URL=sqlite:///data/waypost.db
EXPOSE 8080
STOPSIGNAL SIGTERM
# Asks /readyz on the port of WAYPOST_LISTEN, so it holds for another port too. The image has no curl.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 CMD ["waypost", "health"]
ENTRYPOINT ["waypost"]
CMD ["serve"]
