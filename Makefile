# Skein. `make demo` shows it, `make test` proves it, `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

ifneq ($(CORPORA),)
export CORPORA := $(abspath $(CORPORA))
endif

STATICCHECK   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT       := mvdan.cc/gofumpt@v0.12.0
FUZZTIME      ?= 60s
FUZZTIME_LONG ?= 10m
PAGE          := explorer/dist/index.html.gz
NODE          := explorer/node_modules/.package-lock.json

# Packages whose tests run with the race detector as well. Of the ledger's own
# only a few do: the detector costs it fifteen times its time.
RACE := ./graph/... ./internal/mail/... ./internal/thread/... ./internal/identity/... \
        ./internal/query/... ./internal/network/... ./internal/serve/... ./internal/ingest/...
RACE_LEDGER := TestCrowd|TestContract/(chain|copies)

.PHONY: help
help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: build
build: bin/ingest bin/api ## build both commands with the page in them

bin/ingest bin/api: bin/%: $(PAGE) FORCE
	go build -o $@ ./cmd/$*
FORCE:

$(NODE): explorer/package.json explorer/package-lock.json
	cd explorer && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

PAGE_FROM := $(shell find explorer -path explorer/node_modules -prune -o -path explorer/dist -prune -o -path explorer/src/gql -prune \
	-o -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.graphql' -o -name '*.mjs' \) -print)
$(PAGE): $(NODE) schema.graphqls $(PAGE_FROM)
	cd explorer && npm run --silent build
	@touch $@

.PHONY: explorer
explorer: $(PAGE) ## build the page

.PHONY: demo
demo: build demo/skein.db ## load the sample release and serve it
	./bin/api --store sqlite:demo/skein.db

demo/skein.db: | bin/ingest
	rm -rf demo/sample demo/loading.db* demo/skein.db* && mkdir -p demo
	./bin/ingest sample demo/sample
	./bin/ingest --store sqlite:demo/loading.db --collection quillfeather --owner t.quillfeather@harrow-campaign.example \
		--manifest demo/sample/manifest.csv --publisher-id '(\d{5})\.eml$$' demo/sample/release
	mv demo/loading.db $@

.PHONY: test
test: setup test-go test-page ## run every test

.PHONY: setup
setup: ## install what the tests need
	./scripts/setup.sh

# Prints URL, user, and the file that holds the password, which is drawn by
# chance with the first start.
NEO4J_PORT ?= 7688
.PHONY: neo4j
neo4j: ## start a Neo4j server with its data in demo/neo4j
	@SKEIN_STORE_PASSWORD= SKEIN_STORE_PASSWORD_FILE= ./scripts/neo4j.sh start demo/neo4j $(NEO4J_PORT)
	@echo 'load into it: SKEIN_STORE_PASSWORD_FILE=demo/neo4j/password ./bin/ingest --store neo4j://127.0.0.1:$(NEO4J_PORT) --ledger demo/graph.db PATH'

.PHONY: neo4j-stop
neo4j-stop: ## stop it; the data stays
	./scripts/neo4j.sh stop demo/neo4j

.PHONY: test-go
test-go: $(PAGE)
	./scripts/with-neo4j.sh $(MAKE) --no-print-directory test-go-served

# Those that take turns at the server come first, so that all others are tested
# meanwhile. The time of a package includes its wait for a turn.
.PHONY: test-go-served
test-go-served:
	go test -p 3 -timeout 30m ./internal/store/neo4j ./cmd/ingest ./graph ./...
	go test -race -short $(RACE)
	go test -race -short -run '$(RACE_LEDGER)' ./internal/store/sqlite

# The calendar line of Neo4j needs Java 21 or newer.
.PHONY: test-neo4j-calendar
test-neo4j-calendar: ## run what needs Neo4j on its calendar line as well
	SKEIN_TEST_NEO4J_URI= REQUIRE_ALL=1 SKEIN_NEO4J_VERSION=2026.09.0 ./scripts/with-neo4j.sh go test ./internal/store/neo4j/...

.PHONY: test-page
test-page: build demo/skein.db
	cd explorer && npm test --silent
	./scripts/with-api.sh demo/skein.db npm --prefix explorer run --silent test:browser

.PHONY: generate
generate: ## write the generated code anew
	go generate ./...

.PHONY: check
check: $(NODE) generate ## regenerate, lint, and demand a clean diff
	git diff --exit-code -- graph/internal/gen
	go fix -diff ./...
	go vet ./... && go vet -tags failpoint ./internal/ingest
	go run $(STATICCHECK) ./...
	@test -z "$$(go run $(GOFUMPT) -l $$(git ls-files '*.go' ':!graph/internal/gen'))" || \
		{ echo 'gofumpt would change:'; go run $(GOFUMPT) -l $$(git ls-files '*.go' ':!graph/internal/gen'); exit 1; }
	go mod tidy -diff
	cd explorer && npm run --silent lint

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (60s), those of mail's structure for FUZZTIME_LONG (10m); FUZZ=REGEX for some
	./scripts/fuzz.sh $(FUZZTIME) $(FUZZTIME_LONG) '$(FUZZ)'

.PHONY: bench
bench: bin/ingest ## measure against notmuch, mu, Neo4j's own import, hostile files and the MIME library (CORPORA, BENCH='-table 3')
	go run ./internal/evidence/bench -ingest ./bin/ingest $(BENCH)

.PHONY: eval
eval: bin/ingest ## compare threads, counts, headers and messages with independent programs (CORPORA)
	go run ./internal/evidence/eval -ingest ./bin/ingest

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64
.PHONY: dist
dist: $(PAGE) ## archives for Linux, macOS and Windows, without cgo
	./scripts/dist.sh $(PLATFORMS)

.PHONY: clean
clean: neo4j-stop ## remove what was made
	rm -rf bin dist demo explorer/node_modules explorer/dist/assets explorer/dist/*.gz
