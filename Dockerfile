# Both commands with the page in them, without a shell and not as root. It was
# written on a machine without a Docker engine: each stage's commands were run
# there by hand, the file itself was not.

FROM node:20-bookworm-slim AS page
WORKDIR /src
COPY schema.graphqls ./
COPY explorer/package.json explorer/package-lock.json explorer/
RUN cd explorer && npm ci --no-audit --no-fund
COPY explorer explorer
RUN cd explorer && npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=page /src/explorer/dist explorer/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/ ./cmd/ingest ./cmd/api && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/ /usr/local/bin/
# The ledger's folder is that of the user, and so is a fresh volume put there.
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
EXPOSE 8080
CMD ["api"]
