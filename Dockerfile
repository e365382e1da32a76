# The gateway in a container: built JavaScript on Node 24, as a user of its own, with its state in three volumes.

FROM node:24-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY console console
COPY scripts/build-console.ts scripts/build-console.ts
RUN npm run build
RUN npm run console
# The pinned Node among the optional packages is for checkouts; the image has its own.
RUN npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production INTERLOCK_CONFIG=/etc/interlock/interlock.yaml
# The slim image has no roots of its own, and upstream certificates are always verified.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN groupadd --system --gid 10001 interlock \
  && useradd --system --uid 10001 --gid interlock --no-create-home --shell /usr/sbin/nologin interlock \
  && install -d -o interlock -g interlock -m 0700 /data \
  && install -d -o interlock -g interlock -m 0755 /certs \
  && install -d -o root -g interlock -m 0755 /policies
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/console/dist console/dist
COPY bin bin
COPY policies policies
COPY schemas schemas
COPY LICENSE README.md ./
COPY policies /policies
COPY docker/interlock.yaml /etc/interlock/interlock.yaml
RUN ln -s /app/bin/interlock /usr/local/bin/interlock
USER 10001:10001
VOLUME ["/certs", "/policies", "/data"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/bin/interlock"]
CMD ["start"]
