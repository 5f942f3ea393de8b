# actpd: build, try, test, install. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr
SYSCONFDIR ?= /etc
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
UNITDIR ?= /lib/systemd/system
PRESETDIR ?= /lib/systemd/system-preset
SYSUSERSDIR ?= /usr/lib/sysusers.d
CATALOGDIR ?= /usr/lib/systemd/catalog
RELEASE := .build/release/actpd

BUILD_PACKAGES := libsqlite3-dev libcurl4-openssl-dev libsystemd-dev pkg-config tzdata
BENCH_PACKAGES := $(BUILD_PACKAGES) postgresql libpq-dev wrk
TEST_PACKAGES := $(BUILD_PACKAGES) python3 sqlite3 faketime postgresql libpq-dev systemd-container procps iproute2 \
	openssl nghttp2-proxy

define install-packages
@missing=""; for package in $(1); do \
	dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then echo "installing$$missing"; \
	sudo=$$( [ $$(id -u) = 0 ] || echo sudo ); $$sudo apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: build
build: ## the release binary, the Swift runtime linked in
	$(call install-packages,$(BUILD_PACKAGES))
	swift build -c release --static-swift-stdlib --product actpd

# Whatever runs on this machine, the example business asks no service and writes to nobody.
ALONE := ACTPD_STORE= SUPABASE_URL= ANTHROPIC_API_KEY= BLOTATO_API_KEY= TELEGRAM_BOT_TOKEN= SAFARI_API_TOKEN= \
	$(foreach name,MARKET_RESEARCH REMOTION SAFARI_TWITTER DM_INSTAGRAM DM_TWITTER DM_TIKTOK DM_LINKEDIN,$(name)_URL=http://127.0.0.1:9)

.PHONY: run
run: build ## an example business, one sweep, then the daemon in the foreground; no account needed
	@echo "== the example business"
	@$(ALONE) $(RELEASE) sample --config-dir config --state-dir .build/state
	@echo "== the daily sweep, once"
	@$(ALONE) $(RELEASE) --all --config-dir config --state-dir .build/state || \
		echo "(a domain whose service is not there ends in error, and says so)"
	@echo "== the daemon; stop it with Ctrl-C"
	@$(ALONE) exec $(RELEASE) serve --config-dir config --state-dir .build/state

.PHONY: test
test: ## everything that is tested, with its own set-up
	$(call install-packages,$(TEST_PACKAGES))
	swift build --build-tests
	swift test --skip-build

WEB_PACKAGES := $(BUILD_PACKAGES) python3 chromium fonts-dejavu-core

.PHONY: test-web
test-web: build ## the page in headless Chromium over the real daemon; renews its pictures in docs/
	$(call install-packages,$(WEB_PACKAGES))
	python3 Tests/Web/check.py $(RELEASE) --screenshots docs

.PHONY: soak
soak: ## two hundred schedules under kills, reloads, clock steps; SOAK_SECONDS=3600
	$(call install-packages,$(TEST_PACKAGES))
	ACTPD_SOAK=1 ACTPD_SOAK_SECONDS=$(or $(SOAK_SECONDS),3600) swift test --filter SoakTest/

.PHONY: check
check: ## formatting, warnings as errors, the agents' instruction files
	$(call install-packages,$(TEST_PACKAGES))
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	ACTPD_WARNINGS_AS_ERRORS=1 swift build --build-tests
	systemd/check.sh
	"$$(ACTPD_WARNINGS_AS_ERRORS=1 swift build --show-bin-path)/actpd" docs agents --check

.PHONY: features
features: ## whether each feature that is called done passes its tests; FEATURES=--write brings the list up to date
	$(call install-packages,$(TEST_PACKAGES))
	swift build --build-tests
	Tests/Features/check.py $(FEATURES)

SANITIZE := .build/sanitize

.PHONY: sanitize
sanitize: ## the tests under ThreadSanitizer and AddressSanitizer; fails on a report
	$(call install-packages,$(TEST_PACKAGES))
	@failed=""; for sanitizer in thread address; do \
		Tests/Sanitize/run.sh $$sanitizer $(SANITIZE)-$$sanitizer || failed="$$failed $$sanitizer"; done; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

FUZZ := .build/fuzz
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= Cron Schedules Import Web

.PHONY: fuzz
fuzz: ## cron lines, schedules files, CSV imports and HTTP requests that nobody would write, FUZZ_SECONDS=600 for each of FUZZ_TARGETS
	$(call install-packages,$(BUILD_PACKAGES))
	@Tests/Fuzz/run.sh $(FUZZ) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: bench
bench: ## speed and memory, each figure beside its bar
	$(call install-packages,$(BENCH_PACKAGES))
	swift build -c release --static-swift-stdlib --product actpd
	swift build -c release --static-swift-stdlib --product actpd-bench
	.build/release/actpd-bench .build/release/actpd

PEER_PACKAGES := golang-go golang-github-robfig-cron-dev golang-github-gorhill-cronexpr-dev python3-venv
PEERS := .build/peers

.PHONY: bench-peers
bench-peers: ## actpd beside robfig/cron, cronexpr, croniter, cronsim and APScheduler, six minutes
	$(call install-packages,$(BENCH_PACKAGES) $(PEER_PACKAGES))
	swift build -c release --static-swift-stdlib --product actpd
	swift build -c release --static-swift-stdlib --product actpd-bench
	@mkdir -p $(PEERS)
	@[ -x $(PEERS)/venv/bin/python ] || python3 -m venv $(PEERS)/venv
	@$(PEERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/peers/python/requirements.txt
	@GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$(abspath $(PEERS))/go-cache \
		go build -o $(PEERS)/peers-go Benchmarks/peers/go/main.go
	@$(PEERS)/venv/bin/python Benchmarks/peers/compare.py .build/release/actpd-bench .build/release/actpd $(PEERS)/peers-go

.PHONY: install
install: build ## into $(DESTDIR)$(PREFIX); configuration that is there already is left alone
	$(MAKE) --no-print-directory install-files
	@[ -n "$(DESTDIR)" ] || { systemd-sysusers; systemctl daemon-reload; journalctl --update-catalog; } || \
		echo "not running systemd: make the user with systemd-sysusers"

# What `install` and `deb` put into place; the program is built already.
.PHONY: install-files
install-files:
	install -D -m 755 --strip $(RELEASE) $(DESTDIR)$(PREFIX)/bin/actpd
	install -D -m 644 -t $(DESTDIR)$(UNITDIR) systemd/actpd.service systemd/actpd-failure.service \
		systemd/actpd.socket
	install -D -m 644 systemd/actpd.sysusers $(DESTDIR)$(SYSUSERSDIR)/actpd.conf
	install -D -m 644 systemd/actpd.preset $(DESTDIR)$(PRESETDIR)/50-actpd.preset
	install -D -m 644 systemd/actpd.catalog $(DESTDIR)$(CATALOGDIR)/actpd.catalog
	install -d -m 755 $(DESTDIR)$(SYSCONFDIR)/actpd
	for file in schedules.json config/actpd.json; do \
		[ -e $(DESTDIR)$(SYSCONFDIR)/actpd/$$(basename $$file) ] || \
		install -m 644 $$file $(DESTDIR)$(SYSCONFDIR)/actpd/; done
	install -D -m 644 -t $(DESTDIR)$(DATADIR)/actpd config/*.schema.json config/*.example config/prometheus/alerts.yaml \
		config/grafana/actpd.json
	[ -e $(DESTDIR)$(SYSCONFDIR)/actpd/secrets.env ] || install -m 600 /dev/null $(DESTDIR)$(SYSCONFDIR)/actpd/secrets.env
	install -D -m 644 docs/man/actpd.8 $(DESTDIR)$(MANDIR)/man8/actpd.8
	install -D -m 644 docs/man/schedules.json.5 $(DESTDIR)$(MANDIR)/man5/schedules.json.5
	install -d $(DESTDIR)$(DATADIR)/bash-completion/completions $(DESTDIR)$(DATADIR)/zsh/vendor-completions \
		$(DESTDIR)$(DATADIR)/fish/vendor_completions.d
	$(RELEASE) --generate-completion-script bash > $(DESTDIR)$(DATADIR)/bash-completion/completions/actpd
	$(RELEASE) --generate-completion-script zsh > $(DESTDIR)$(DATADIR)/zsh/vendor-completions/_actpd
	$(RELEASE) --generate-completion-script fish > $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/actpd.fish

.PHONY: deb
deb: build ## a Debian package in .build, with the dependencies that the program has
	$(call install-packages,dpkg-dev binutils)
	systemd/debian/build.sh $(RELEASE) .build/deb

.PHONY: test-package
test-package: build ## the package and the README's commands on a clean Debian in a container; two minutes
	$(call install-packages,$(TEST_PACKAGES) dpkg-dev binutils debootstrap)
	Tests/ContainerTests/Package/run.sh $(RELEASE) .build/package-test

.PHONY: clean
clean: ## remove what was built
	rm -rf .build
