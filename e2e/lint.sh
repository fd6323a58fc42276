#!/bin/sh
# Lints the committed OpenAPI document (`make lint-spec`): no finding of any
# weight from Spectral or Redocly. Then makes clients of it and uses them
# (clients.mjs). Asks no other host for anything once the packages are installed.
#
#   ROSEASH_E2E_BINARY   the program the clients talk to (bin/roseash, made by `make build`)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
binary=${ROSEASH_E2E_BINARY:-$here/../bin/roseash}
case $binary in /*) ;; *) binary=$PWD/$binary ;; esac
if [ ! -x "$binary" ]; then
	echo "e2e: $binary is not there: make build" >&2
	exit 1
fi
cd "$here"
. ./packages.sh

document=../openapi/openapi.yaml
if [ ! -f "$document" ]; then
	echo "e2e: openapi/openapi.yaml is missing: make gen" >&2
	exit 1
fi
export DO_NOT_TRACK=1 REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true REDOCLY_SUPPRESS_NOTIFICATIONS=true

# What a linter prints is shown where it found something: they greet otherwise.
status=0
lint() {
	if ! said=$("$@" "$document" 2>&1); then
		printf '%s\n' "$said" >&2
		status=1
	fi
}
lint node_modules/.bin/spectral lint --ruleset .spectral.yaml --fail-severity hint
lint node_modules/.bin/redocly lint --config redocly.yaml --format stylish
[ $status -ne 0 ] || echo "e2e: openapi/openapi.yaml has no finding"
E2E_BINARY=$binary node clients.mjs || status=1
exit $status
