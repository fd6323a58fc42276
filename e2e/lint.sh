#!/bin/sh
# Lints the committed OpenAPI document (`make lint-spec`): no finding of any
# weight from Spectral or Redocly. Asks no other host for anything once the
# packages are installed.
set -eu
cd "$(dirname "$0")"
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
exit $status
