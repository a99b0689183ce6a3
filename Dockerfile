# recipe-lint for CI: docker build -t recipe-lint .
# docker run --rm --network none --read-only -v "$PWD:/src:ro" recipe-lint

FROM golang:1.26-alpine AS build
WORKDIR /build
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /recipe-lint ./cmd/recipe-lint

# Not scratch: Woodpecker, Drone and GitLab run their commands by the image's shell.
FROM alpine:3.22
COPY --from=build /recipe-lint /usr/local/bin/recipe-lint
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["recipe-lint"]
