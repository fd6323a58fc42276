// What pages ask of a browser's policy, and what they suggest it fetches ahead.

package site

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// ContentSecurityPolicy is what every page is served with. Nothing in a page needs
// more: scripts and styles are files of its own origin, and the one inline script,
// which holds no code, is known by its hash. Pictures, sound and film may be on
// other hosts.
//
// Frames are links until a reader asks for one, and then may be of few hosts. A page
// cannot widen the policy of its header, and who hands out files does not know what
// is in them: so the header allows all of these hosts, and each page narrows it in
// itself to those that it shows, which are none for nearly all (framePolicy).
var ContentSecurityPolicy = "default-src 'none'; script-src 'self' " + SpeculationRulesHash + "; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'; " +
	"frame-src " + strings.Join(frameOrigins, " ") + "; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

// FragmentPolicy is what a calendar that other sites show is served with: everybody may frame
// it, for there is nothing in it that somebody could be made to press.
var FragmentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors *"

// frameOrigins are those of which a page may load a frame when a reader asks for it.
// A body names no other (safehtml.FrameOrigins).
var frameOrigins = []string{
	"https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://w.soundcloud.com", "https://open.spotify.com",
	"https://share.transistor.fm", "https://bandcamp.com", "https://codepen.io", "https://archive.org",
}

// framesOf lists the origins of the frames that a reader of a sanitised body may ask
// for, in the order of frameOrigins.
func framesOf(body string) []string {
	if !strings.Contains(body, embedSrc) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(frameOrigins), func(origin string) bool {
		return !strings.Contains(body, embedSrc+origin+"/")
	})
}

const embedSrc = ` data-embed-src="` // as safehtml writes it

// with is the frame around a page that shows body.
func (f Frame) with(body string) Frame {
	f.frames = framesOf(body)
	return f
}

// framePolicy is what the page takes away from ContentSecurityPolicy: frames of
// hosts that it does not show.
func (f Frame) framePolicy() string {
	if len(f.frames) == 0 {
		return "frame-src 'none'"
	}
	return "frame-src " + strings.Join(f.frames, " ")
}

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
