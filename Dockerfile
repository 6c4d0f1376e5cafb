# Two stages: what builds packwright is not shipped with it.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    PACKWRIGHT_HOST=0.0.0.0 \
    PACKWRIGHT_PORT=8080 \
    PACKWRIGHT_DATA=/var/lib/packwright
WORKDIR /opt/packwright
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/examples ./examples
RUN mkdir -p /var/lib/packwright && chown node:node /var/lib/packwright
USER node
VOLUME /var/lib/packwright
EXPOSE 8080
# Runners are processes of their own: the first one must pass signals on and bury them, which `docker run --init` sees to.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PACKWRIGHT_PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["serve"]
