// What pages ask of a browser's policy, and what they suggest it fetches ahead.

package site

import (
	"crypto/sha256"
	"encoding/base64"
)

// ContentSecurityPolicy is what every page is served with. Nothing in a page needs
// more: scripts and styles are files of its own origin, and the one inline script,
// which holds no code, is known by its hash. Pictures, sound and film may be on
// other hosts; frames are links.
var ContentSecurityPolicy = "default-src 'none'; script-src 'self' " + SpeculationRulesHash + "; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

// SpeculationRules let a browser fetch a page once the pointer rests on its link:
// pages of this origin, whose addresses end in a slash, without a query; so no feeds,
// files or API. What depends on who looks is left out, and what is marked nofollow.
// A page is some 10 KB and its style sheet is there already, so that a wrong guess
// costs little. The block is the same on every page: its hash is in the policy.
const SpeculationRules = `{"prefetch":[{"where":{"and":[` +
	`{"href_matches":["/","/*/"]},` +
	`{"not":{"href_matches":["/*\\?(.+)","/account/*","/cart/*","/checkin/*","/checkout/*","/editor/*","/login/*","/oauth/*","/orders/*","/organise/*","/read/*","/search/*","/shop/*","/social/*","/v1/*","/_dev/*"]}},` +
	`{"not":{"selector_matches":"[rel~=nofollow],[download]"}}` +
	`]},"eagerness":"moderate"}]}`

// SpeculationRulesHash is the source expression that allows SpeculationRules (CSP 3
// section 2.3.1).
var SpeculationRulesHash = hashSource(SpeculationRules)

func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
