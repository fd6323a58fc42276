// Every kind of mail, in every variant that reads differently.

package site

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// mailSample is a mail with the name of its golden files.
type mailSample struct {
	name string
	mail Mail
}

func mailSamples() []mailSample {
	frame := MailFrame{Site: "Rose Ash", HomeURL: "https://rose-ash.test/"}
	const token = "https://rose-ash.test/login/link/bd8XcPbDOqjQ1fYvK0s6wJm5nT2uR7hLzE4gA9iC3xk/"
	const until = "Saturday 2 May 2026, 10:00 BST"
	signIn := SignInMail{Frame: frame, Link: token, Code: "402917", From: "Firefox on Linux, 192.0.2.7", Lasts: "10 minutes"}
	fresh := signIn
	fresh.New, fresh.From = true, ""
	link := LinkMail{Frame: frame, Link: "https://rose-ash.test/account/", Until: until, Address: "bryn@new.example"}
	order := OrderMail{Frame: frame, Reference: "R7K2-9QXM", Name: "Bryn", Link: "https://rose-ash.test/orders/ord_019ab3f47c2e7d06b8a1f0c2d3e4f510/3q2-7wAbCdEfGhIjKlMnOp/",
		Lines: []OrderMailLine{{"2 × Rye loaf, 800 g loaf: £9.20", []string{"Contains: cereals containing gluten (rye)", "Check the label for: sesame, lupin"}}, {"750 g of Carlin peas, loose: £3.75", nil}},
		Sums:  []string{"Goods: £12.95", "Delivery: £3.50"}, Total: "£16.45", VAT: []string{"VAT 0% in £16.45: £0.00"},
		Delivery: "Collect at the barn, Friday 4 December, 16:00 to 18:00", Instructions: "Ring the bell by the gate.", Refund: "£3.75", Reason: "The peas were sold out.",
		Cancellation: []string{"You can cancel until the window closes.", "Fresh food cannot be given back."}, Invoice: "RA-1042"}
	return []mailSample{
		{"sign-in", MailSignIn(signIn)},
		{"sign-in-new", MailSignIn(fresh)},
		{"sign-in-closed", MailSignInClosed(signIn)},
		{"invitation", MailInvitation(InvitationMail{Frame: frame, Link: token, By: "Bryn Ashdown", Roles: []string{"editor", "shopkeeper"}, Until: until})},
		{"invitation-bare", MailInvitation(InvitationMail{Frame: frame, Link: token})},
		{"welcome", MailWelcome(link)},
		{"new-device", MailNewDevice(DeviceMail{Frame: frame, At: "Friday 1 May 2026, 10:00 BST", From: "Safari on an iPhone, 198.51.100.4", Link: "https://rose-ash.test/account/sessions/"})},
		{"email-confirm", MailEmailConfirm(link)},
		{"email-change", MailEmailChange(link)},
		{"email-changed", MailEmailChanged(link)},
		{"recovery", MailRecovery(link)},
		{"export-ready", MailExportReady(link)},
		{"deletion-planned", MailDeletionPlanned(link)},
		{"deletion-done", MailDeletionDone(LinkMail{Frame: frame})},
		{"order-paid", MailOrderPaid(order)},
		{"order-ready", MailOrderReady(order)},
		{"order-refunded", MailOrderRefunded(order)},
		{"order-cancelled", MailOrderCancelled(order)},
		{"order-cancelled-unpaid", MailOrderCancelled(OrderMail{Frame: frame, Reference: "R7K2-9QXM", Link: order.Link})},
		{"order-late-payment", MailOrderLatePayment(order)},
		{"order-changed", MailOrderChanged(order)},
	}
}

// mailBoxSamples are the pages of the mail box.
func mailBoxSamples() []sample {
	frame := func(title string) Frame {
		f := sampleFrame("mailbox", "/_dev/mail", title)
		f.Assets.ShopCSS, f.Assets.ShopCSSIntegrity = "/_assets/shop-0123456789.css", "sha384-shop"
		f.Head.NoIndex = true
		return f
	}
	item := MailBoxItem{Subject: "Sign in to Rose Ash", To: "bryn@example.org", URL: "/_dev/mail/mail_1/", At: Ago{ISO: "2026-05-01T08:59:48Z", Text: "12 s ago"}}
	const evil = `"><script>alert(1)</script>`
	return []sample{
		{"mailbox", MailBox(MailBoxPage{Frame: frame("Mail box"), Letters: []MailBoxItem{item, {Subject: evil, To: evil, URL: "javascript:x()"}}})},
		{"mailbox-empty", MailBox(MailBoxPage{Frame: frame("Mail box"), To: "nobody@example.org"})},
		{"mailbox-letter", MailBoxLetter(MailBoxLetterPage{Frame: frame("Sign in"), Letter: item, Expires: Date{ISO: "2026-05-01T09:09:48Z", Text: "1 May 2026, 10:09"},
			Links: []Link{{Text: "Sign in", URL: "https://rose-ash.test/login/link/x/"}, {Text: evil, URL: "javascript:x()"}}, ViewURL: "/_dev/mail/mail_1/html", Text: "Sign in to Rose Ash\n\n" + evil + "\n"})},
	}
}

func TestMailGolden(t *testing.T) {
	for _, s := range mailSamples() {
		var page bytes.Buffer
		if err := s.mail.HTML().Render(context.Background(), &page); err != nil {
			t.Fatal(err)
		}
		for file, got := range map[string]string{
			"mail-" + s.name + ".html": lines(page.String()),
			"mail-" + s.name + ".txt":  "Subject: " + s.mail.Subject + "\n\n" + s.mail.Text(),
		} {
			file = filepath.Join("testdata", "golden", file)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", file, diff)
			}
		}
	}
}

// TestMailIsSelfContained: a mail is well nested, loads nothing, runs nothing, and both its
// forms have the same links.
func TestMailIsSelfContained(t *testing.T) {
	links := regexp.MustCompile(`https?://[^\s"<]+`)
	for _, s := range mailSamples() {
		var out bytes.Buffer
		if err := s.mail.HTML().Render(context.Background(), &out); err != nil {
			t.Fatal(err)
		}
		page, text := out.String(), s.mail.Text()
		if _, err := written(page); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		headings := 0
		walk(parse(t, page), 0, func(n *html.Node, _ int) {
			a := attributes(n.Attr)
			switch n.Data {
			case "img", "script", "link", "iframe", "form", "table", "object", "base":
				t.Errorf("%s: has <%s>", s.name, n.Data)
			case "h1":
				headings++
			case "a":
				if !strings.Contains(text, a["href"]) {
					t.Errorf("%s: the text lacks %s", s.name, a["href"])
				}
			}
			if a["src"] != "" || a["background"] != "" || strings.Contains(a["style"], "url(") {
				t.Errorf("%s: <%s> loads something", s.name, n.Data)
			}
		})
		if headings != 1 || strings.Contains(page, "@import") || strings.Contains(page, "@font-face") || len(page) > 20_000 {
			t.Errorf("%s: %d headings, %d bytes", s.name, headings, len(page))
		}
		for _, link := range links.FindAllString(text, -1) {
			if !strings.Contains(page, `href="`+link+`"`) {
				t.Errorf("%s: the page lacks %s", s.name, link)
			}
		}
		for line := range strings.Lines(text) {
			if utf8.RuneCountInString(line) > textWidth+1 && !strings.HasPrefix(line, "https://") {
				t.Errorf("%s: a line is too long: %q", s.name, line)
			}
		}
	}
}

// TestMailEscaping puts markup where text belongs.
func TestMailEscaping(t *testing.T) {
	const evil = `"><script>x()</script>`
	frame := MailFrame{Site: evil, HomeURL: "javascript:x()", Lang: evil}
	link := LinkMail{Frame: frame, Link: "javascript:x()", Until: evil, Address: evil}
	for name, m := range map[string]Mail{
		"sign-in":    MailSignIn(SignInMail{Frame: frame, Link: "javascript:x()", Code: evil, From: evil, Lasts: evil}),
		"closed":     MailSignInClosed(SignInMail{Frame: frame, From: evil}),
		"invitation": MailInvitation(InvitationMail{Frame: frame, Link: "javascript:x()", By: evil, Roles: []string{evil}, Until: evil}),
		"device":     MailNewDevice(DeviceMail{Frame: frame, At: evil, From: evil, Link: "javascript:x()"}),
		"change":     MailEmailChange(link), "changed": MailEmailChanged(link), "deletion": MailDeletionPlanned(link),
		"zero": MailDeletionDone(LinkMail{}), "no order": MailOrderPaid(OrderMail{}),
		"order": MailOrderPaid(OrderMail{Frame: frame, Reference: evil, Name: evil, Link: "javascript:x()", Lines: []OrderMailLine{{evil, []string{evil}}}, Sums: []string{evil}, Total: evil, VAT: []string{evil},
			Delivery: evil, Instructions: evil, Cancellation: []string{evil}, Invoice: evil}),
	} {
		var page bytes.Buffer
		if err := m.HTML().Render(context.Background(), &page); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), "<script") || strings.Contains(page.String(), `"javascript:`) {
			t.Errorf("%s lets markup or a script's address through", name)
		}
	}
}
