# One image for workers and simulators. Debian, not Alpine: the Temporal SDK has no build for musl.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY workflows workflows
COPY activities activities
COPY model model
COPY clients clients
COPY workers workers
COPY checker checker
COPY cli cli
COPY simulators simulators
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# The SDK's native client trusts the system's certificates, which the slim image lacks.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/simulators/data simulators/data
COPY scripts scripts
# Two patterns, since the configuration may be mounted instead of copied.
COPY package.json sync.config*.yaml ./
# Where operators' commands write (npm run digest).
RUN mkdir .run && chown node .run
USER node
EXPOSE 9464
# V8 would otherwise let the heap grow to several times of what the worker needs.
CMD ["node", "--max-old-space-size=256", "--max-semi-space-size=32", "dist/workers/main.js"]
