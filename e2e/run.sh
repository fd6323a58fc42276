#!/bin/sh
# Browser tests of the real program (`make e2e`): a fresh demo, Chromium, and what
# visitors, editors and screen readers need of the pages.
#
#   e2e/run.sh                    all tests
#   e2e/run.sh links.test.mjs     the named ones
#   e2e/run.sh --screenshots      write docs/screenshots anew, and no tests
#   e2e/run.sh --lighthouse       what Lighthouse makes of the pages, and no tests
#
#   ROSEASH_E2E_BINARY   the program to test (bin/roseash, made by `make build`)
#   CHROMIUM             the browser, if it is not in the path
set -eu
here=$(cd "$(dirname "$0")" && pwd)

binary=${ROSEASH_E2E_BINARY:-$here/../bin/roseash}
case $binary in /*) ;; *) binary=$PWD/$binary ;; esac
if [ ! -x "$binary" ]; then
	echo "e2e: $binary is not there: make build" >&2
	exit 1
fi

browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome \
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
	/Applications/Chromium.app/Contents/MacOS/Chromium; do
	[ -n "$browser" ] || browser=$(command -v "$name" || true)
done
if [ -z "$browser" ]; then
	echo "e2e: no Chromium found (Debian: apt-get install chromium), or name one in CHROMIUM" >&2
	exit 1
fi

cd "$here"
. ./packages.sh
E2E_BINARY=$binary E2E_CHROMIUM=$browser exec node run.mjs "$@"
