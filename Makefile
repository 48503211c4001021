# make run    the demo: two casinos, their players and agents, on a Postgres of its own
# make test   installs what is missing, then everything that must hold
TOOL := go tool -modfile=internal/tools/go.mod

.PHONY: run test check build generate client schema bench pictures lint

run:
	@sh .ci/install postgres
	@mkdir -p bin && go build -o bin/pitdesk ./cmd/pitdesk
	@exec bin/pitdesk demo

test:
	@sh .ci/install postgres chromium compiler node pgbouncer pgbackrest
	@$(MAKE) --no-print-directory check

# The gate. Cheap answers first. Nothing from the cache: what journeys run is built by them, which the cache can't see.
check: lint
	sh .ci/fresh
	sh .ci/contract
	sh .ci/chart
	sh .ci/alerts
	sh .ci/migrations
	sh .ci/security
	go test -race -count 1 -timeout 18m ./...

lint:
	@stale=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$stale" ] || { echo "Not gofmt-ed:" $$stale; exit 1; }
	go vet ./...
	$(TOOL) staticcheck ./...
	$(TOOL) depguard ./...

build:
	CGO_ENABLED=0 go build -trimpath -o bin/pitdesk ./cmd/pitdesk

# Everything that is committed but not written by hand. Styles need npm; whoever changes none needs none.
generate:
	sh views/build.sh
	go run ./cmd/pitdesk openapi > api/openapi.yaml
	$(MAKE) --no-print-directory client
	$(MAKE) --no-print-directory schema

# The Go client, from the API's document.
client:
	@mkdir -p bin
	go run ./cmd/pitdesk openapi --plain > bin/openapi.plain.yaml
	cd api/client && go tool -modfile=../../internal/tools/contract/go.mod oapi-codegen -config generate.yaml ../../bin/openapi.plain.yaml

schema:
	@sh .ci/install postgres
	go test ./internal/pgtest -run TestSchemaDump -count 1 -update

bench:
	@sh .ci/install postgres
	go run ./e2e/bench

# A picture of every page in English, Russian, Lithuanian and Arabic, at 1440 and 390 pixels: make pictures DIR=…
DIR ?= pictures
pictures:
	@sh .ci/install postgres chromium
	go test ./e2e -run '^$$' -bench '^BenchmarkPictures$$' -benchtime 1x -timeout 30m -args -pictures '$(abspath $(DIR))'
