# rollcall: `make help` lists what can be made. `run` and `test` need Go alone.
SHELL := /bin/sh
BIN := bin/rollcall
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help

.PHONY: help run build test race cover lint bench fuzz cases data vuln clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, then run the main job on the example extracts
	@./$(BIN) run --config fixtures/example/run.yaml --out out

build: ## build the binary, one static file: bin/rollcall
	@go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/rollcall

test: ## all tests (Go alone)
	go test $(TESTFLAGS) ./...

race: ## all tests under the race detector, shuffled (needs gcc)
	CGO_ENABLED=1 go test -race -short -shuffle=on ./...

cover: ## statement coverage of stages and pipeline, the runs of the binary included
	@rm -rf cover && mkdir cover
	BINARY_COVERAGE=$(CURDIR)/cover go test -count=1 -cover -coverpkg=./... ./... -args -test.gocoverdir=$(CURDIR)/cover >cover/log || { grep -A 40 -E '^ *--- FAIL|^panic:' cover/log; exit 1; }
	@go tool covdata textfmt -i=cover -pkg=$$(go list ./stages/... ./pipeline/... | paste -sd,) -o cover/all.out
	@go tool cover -func=cover/all.out | tail -n 1

lint: ## golangci-lint with the floors of ARCHITECTURE.md
	golangci-lint run

bench: ## the benchmarks of the hot loops
	go test -run '^$$' -bench . ./...

fuzz: ## each fuzz target for half a minute
	@for pkg in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
		echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$pkg || exit 1; done; done

cases: ## write the golden cases again from what the binary does now
	go test ./cmd/rollcall -run TestCases -update

data: ## make the reference lists of package registries again (needs npm, pip and the network); LISTS=tlds for some
	go run ./cmd/refresh $(LISTS)

vuln: ## known weaknesses in the dependencies (needs the network)
	go run golang.org/x/vuln/cmd/govulncheck@latest ./...

clean: ## remove what was built and made
	rm -rf bin out cover
