// The cards: which node is written by which function. A card is a node without children
// that Ghost's editor shows as a block of its own; each has a file card_*.go.
//
// A card function returns the HTML of the card on a page, "" for nothing. It reads
// properties through node (strOr is `||`, is is `??`) and writes through writer
// (card_write.go), or builds elements with element, add and setInner and writes them with
// r.inner: either way addresses that could run are left out, and so are comments that
// would end a gate. HTML that goes around those is for Trusted documents only: r.leave
// names it otherwise. Gates are put by r.gated, ids come from r.id. Cards are written for
// pages; mail.go makes mails.

package lexical

var cards = map[string]func(*renderer, node) string{
	"audio":          cardAudio,
	"bookmark":       cardBookmark,
	"button":         cardButton,
	"call-to-action": cardCallToAction,
	"callout":        cardCallout,
	"codeblock":      cardCodeBlock,
	"email":          cardNothing, // in mails only
	"email-cta":      cardNothing, // in mails only
	"embed":          cardEmbed,
	"file":           cardFile,
	"gallery":        cardGallery,
	"header":         cardHeader,
	"horizontalrule": cardRule,
	"html":           cardHTML,
	"image":          cardImage,
	"markdown":       (*renderer).markdown,
	"paywall":        cardPaywall,
	"product":        cardProduct,
	"signup":         cardSignup,
	"toggle":         cardToggle,
	"transistor":     cardTransistor,
	"video":          cardVideo,
}

func cardNothing(*renderer, node) string { return "" }

func cardRule(*renderer, node) string { return "<hr>" }

func cardPaywall(*renderer, node) string { return "<!--members-only-->" }
