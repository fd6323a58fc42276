#!/bin/sh
# Makes the three font files of this folder from the npm packages they come from,
# unpacked by `npm install @fontsource-variable/fraunces@5.3.0 @fontsource-variable/cabin@5.3.0`:
# one instance each, Latin letters of western Europe, punctuation, currency, arrows.
# Needs Debian's fonttools and python3-brotli. Usage: subset.sh NODE_MODULES OUT
set -eu
from=$1/@fontsource-variable out=$2 work=$(mktemp -d)
letters='U+0020-007E,U+00A0-00FF,U+0131,U+0152,U+0153,U+2010-2014,U+2018-201E,U+2022,U+2026,U+2032,U+2033,U+2039,U+203A,U+2044,U+20AC,U+2190-2193,U+2212'

subset() { # name, source, axes
	fonttools varLib.instancer -q "$2" $3 -o "$work/$1.ttf"
	pyftsubset "$work/$1.ttf" --unicodes="$letters" --flavor=woff2 --no-hinting \
		--layout-features=kern,liga,calt,ccmp,locl,mark,lnum,tnum \
		--output-file="$out/$1.woff2"
}

subset fraunces "$from/fraunces/files/fraunces-latin-full-normal.woff2" 'wght=800 opsz=96 SOFT=100 WONK=0'
subset cabin "$from/cabin/files/cabin-latin-wght-normal.woff2" 'wght=400:700'
subset cabin-italic "$from/cabin/files/cabin-latin-wght-italic.woff2" 'wght=400'
rm -r "$work"
