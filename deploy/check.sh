#!/bin/sh
# Checks the files of this directory with the programs that read them: Caddy
# serves a small site with the Caddyfile, compose reads compose.yaml. `make
# check` calls it. A missing program fails the check where CI is set; elsewhere
# it is said loudly and the rest is checked.
#
# Debian: apt-get install caddy docker-compose
set -eu
cd "$(dirname "$0")/.."
missing=

if command -v caddy >/dev/null; then
	caddy fmt deploy/Caddyfile | diff -u deploy/Caddyfile - || {
		echo "deploy/check.sh: run caddy fmt --overwrite deploy/Caddyfile" >&2
		exit 1
	}
	CGO_ENABLED=0 go test -count=1 -tags caddy,nodynamic -run '^TestCaddy' ./deploy
else
	missing="$missing caddy"
fi

if docker compose version >/dev/null 2>&1; then
	docker compose config --quiet
elif command -v docker-compose >/dev/null; then
	docker-compose config --quiet
else
	missing="$missing docker-compose"
fi

if [ -n "$missing" ]; then
	echo "deploy/check.sh: NOT CHECKED, missing:$missing (apt-get install$missing)" >&2
	[ -z "${CI:-}" ] || exit 1
fi
