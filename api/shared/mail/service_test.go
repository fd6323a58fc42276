package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// TestQueueSends: a mail leaves when its transaction commits, whole, and nothing of it stays.
func TestQueueSends(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	w := newWorld(t, "smtp://"+s.address)
	w.run(t)
	rolledBack := errors.New("no")
	err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		return errors.Join(w.Queue(t.Context(), tx, to("never@example.org")), rolledBack)
	})
	if !errors.Is(err, rolledBack) {
		t.Fatal(err)
	}
	w.queue(t, to("first@example.org")) // the bus has begun to work when it is there
	await(t, "the first mail is sent", func() bool { return len(s.got()) == 1 })
	begun := time.Now()
	queued := w.queue(t, contract.Mail{Kind: "note", To: "bryn@example.org", Data: note{"Sign in to Röse Ash – now", "canary-7f3a"}})
	await(t, "the mail is sent", func() bool { return len(s.got()) == 2 })
	t.Logf("taken %v after the transaction began", time.Since(begun).Round(time.Millisecond))
	await(t, "it is written down", func() bool { return w.row(t, queued).sent != nil })
	if r := w.row(t, queued); r.sealed != nil || r.failed != nil || r.attempts != 1 || r.error != "" || !r.sent.Equal(begin) {
		t.Errorf("row = %+v", r)
	}

	got := s.got()[1]
	if got.from != "hello@rose.example" || got.to != "bryn@example.org" {
		t.Errorf("from %q to %q", got.from, got.to)
	}
	for name, want := range map[string]string{
		"From": `"Rose Ash" <hello@rose.example>`, "To": "<bryn@example.org>", "Message-Id": "<" + queued.String() + "@rose.example>",
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Mime-Version": "1.0", "User-Agent": "", "X-Mailer": "", "List-Unsubscribe": "",
	} {
		if value := got.message.Header.Get(name); value != want {
			t.Errorf("%s = %q, want %q", name, value, want)
		}
	}
	if date, err := got.message.Header.Date(); err != nil || !date.Equal(begin) {
		t.Errorf("Date = %v, %v", date, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.message.Header.Get("Subject"))
	if err != nil || subject != "Sign in to Röse Ash – now" {
		t.Errorf("Subject = %q, %v", subject, err)
	}
	if parts := alternatives(t, got); len(parts) != 2 || parts[0] != "text/plain; charset=UTF-8\nSecret: canary-7f3a\n" ||
		parts[1] != "text/html; charset=UTF-8\n<p>Secret: <b>canary-7f3a</b></p>" {
		t.Errorf("parts = %q", parts)
	}
}

// alternatives are the types and the words of a mail's parts.
func alternatives(t testing.TB, m taken) (parts []string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q, %v", kind, err)
	}
	for r := multipart.NewReader(bytes.NewReader(m.body), params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p.Header.Get("Content-Type")+"\n"+strings.ReplaceAll(strings.TrimSuffix(string(text), "\r\n\r\n"), "\r\n", "\n"))
	}
}

// TestHeaderInjection: what people write into names makes no header and no recipient.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	w := newWorld(t, "smtp://"+s.address)
	for _, subject := range []string{
		"Bryn\r\nBcc: victim@example.org\r\n\r\nbody", "Bryn\nBcc: victim@example.org", "Bryn\rBcc: victim@example.org",
		"Bryn\x00\x1b[2J", "Bryn\u2028Bcc: victim@example.org", "\u202egro.elpmaxe", "=?utf-8?q?=0D=0ABcc:_victim@example.org?=", strings.Repeat("ä", 5000), "", "\xff\xfe",
	} {
		w.send(t, w.queue(t, contract.Mail{Kind: "note", To: "bryn@example.org", Data: note{Subject: subject}}))
	}
	for _, m := range s.got() {
		if m.to != "bryn@example.org" || m.message.Header.Get("Bcc") != "" || len(m.message.Header["Subject"]) > 1 {
			t.Errorf("to %q, headers %v", m.to, m.message.Header)
		}
		decoded, err := new(mime.WordDecoder).DecodeHeader(m.message.Header.Get("Subject"))
		if err != nil || mail.Line(decoded) != decoded || len([]rune(decoded)) > 200 {
			t.Errorf("subject %q, %v", decoded, err)
		}
		alternatives(t, m)
	}
	if n := len(s.got()); n != 10 {
		t.Errorf("%d mails, want 10", n)
	}
}

// TestAddresses: one bare mailbox and nothing else.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"bryn@example.org", "bryn+shop@example.org", "b.r.y.n@a.b.example", "o'neill@example.org", "x@xn--bcher-kva.example", "ärger@example.org"} {
		if err := mail.CheckAddress(ok); err != nil {
			t.Errorf("%q is refused", ok)
		}
	}
	w := newWorld(t, "")
	for _, bad := range []string{
		"", "bryn", "@example.org", "bryn@", "bryn@@example.org", "a@b.example,c@d.example", "Bryn <bryn@example.org>", "<bryn@example.org>",
		"bryn@example.org\r\nBcc: x@example.org", "bryn@example.org\n", "bryn@example.org\x00", " bryn@example.org", "bryn@example.org ", "bryn @example.org",
		`"bryn"@example.org`, `"a\r\nb"@example.org`, "bryn@example.org (work)", "bryn@[127.0.0.1]", "list: bryn@example.org;", "bryn@example.org\u2028",
		"bryn\u202e@example.org", "\xff@example.org", strings.Repeat("a", 250) + "@b.example",
	} {
		err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error { return w.Queue(t.Context(), tx, to(bad)) })
		if !errors.Is(err, mail.ErrAddress) {
			t.Errorf("Queue to %q = %v", bad, err)
		}
		if err != nil && len(bad) > 6 && strings.Contains(err.Error(), bad) {
			t.Errorf("the error repeats %q", bad)
		}
	}
	if n := count(t, w.pool, "SELECT count(*) FROM shared.mails"); n != 0 {
		t.Errorf("%d mails are stored", n)
	}
}

// FuzzCheckAddress: what is taken is a mailbox that SMTP and a header carry as it is.
func FuzzCheckAddress(f *testing.F) {
	for _, seed := range []string{"bryn@example.org", "a@b,c@d", "a\r\n@b", `"a b"@c`, "a@[::1]", "<a@b>", "a@b (c)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if mail.CheckAddress(address) != nil {
			return
		}
		list, err := netmail.ParseAddressList(address)
		if err != nil || len(list) != 1 || list[0].Address != address {
			t.Errorf("%q is taken, and reads as %v, %v", address, list, err)
		}
		if strings.ContainsAny(address, "\r\n\t <>,;\"\x00") || strings.Count(address, "@") != 1 {
			t.Errorf("%q is taken", address)
		}
	})
}

// FuzzLine: a header's text is one line of what can be seen.
func FuzzLine(f *testing.F) {
	f.Add("Bryn\r\nBcc: x")
	f.Add("a\u202eb\u2028")
	f.Fuzz(func(t *testing.T, text string) {
		got := mail.Line(text)
		if strings.ContainsAny(got, "\r\n\x00\u2028\u2029\u202e") || got != mail.Line(got) {
			t.Errorf("Line(%q) = %q", text, got)
		}
	})
}

// TestOptions: what cannot be used is refused at the start, without repeating it.
func TestOptions(t *testing.T) {
	t.Parallel()
	const secret = "canary-pw"
	for _, o := range []mail.Options{
		{SMTPURL: "http://u:" + secret + "@mail.test", From: from}, {SMTPURL: "smtp://u:" + secret + "@", From: from}, {SMTPURL: "smtp:mail.test", From: from},
		{SMTPURL: "smtp://u:" + secret + "@mail.test:0", From: from}, {SMTPURL: "smtp://u:" + secret + "@mail.test:99999", From: from},
		{SMTPURL: "smtp://u:" + secret + "@mail.test/?x=y", From: from}, {SMTPURL: "smtp://u:%zz" + secret + "@mail.test", From: from},
		{SMTPURL: "smtp://mail.test", From: ""}, {SMTPURL: "smtp://mail.test", From: "Rose"}, {SMTPURL: "smtp://mail.test", From: "a@b.example, c@d.example"},
		{SMTPURL: "smtp://mail.test", From: "\"Rose\r\nBcc: x@y.example\" <a@b.example>"},
	} {
		if _, err := mail.New(o); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("New(%q, %q) = %v", o.SMTPURL, o.From, err)
		}
	}
	for _, good := range []string{"smtp://mail.test", "smtps://u:p%40w@mail.test:465/", "smtp://[::1]:1025", "smtp://u@localhost"} {
		if _, err := mail.New(mail.Options{SMTPURL: good, From: "hello@rose.example"}); err != nil {
			t.Errorf("New(%q) = %v", good, err)
		}
	}
	if _, err := mail.New(mail.Options{}); err != nil {
		t.Errorf("New without a server = %v", err)
	}
}

// TestSealedAtRest: nothing of what a mail says is in the database or in the log, whatever
// became of it.
func TestSealedAtRest(t *testing.T) {
	t.Parallel()
	s := newSink(t, sinkOptions{})
	s.plan = func(try int, stage string) error { return refuse(stage == atRcpt && try%2 == 0, 550) }
	w := newWorld(t, "smtp://"+s.address)
	kept := onPool(t, w.pool, "")
	for range 4 {
		queued := w.queue(t, to("canary-address@example.org"))
		scan(t, w)
		w.send(t, queued)
	}
	broken := to("canary-address@example.org")
	broken.Kind = "broken"
	w.send(t, w.queue(t, broken))
	kept.queue(t, to("canary-address@example.org"))
	scan(t, w)
	if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		return w.Queue(t.Context(), tx, contract.Mail{Kind: "note", To: "a@b.example", Data: func() {}})
	}); err == nil {
		t.Error("data that is no JSON is queued")
	}
	if log := w.log.String() + kept.log.String(); strings.Contains(log, "canary") || !strings.Contains(log, "RCPT: 550 5.1.1") {
		t.Errorf("log:\n%s", log)
	}
	other, err := mail.New(mail.Options{Pool: w.pool, Clock: clock.System{}, Key: seal.New(make([]byte, seal.KeySize)), Render: render})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := other.Kept(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("with another key: %v, %v", list, err)
	}
}

// scan looks for words of mails in every table that has something to do with them.
func scan(t *testing.T, w *world) {
	t.Helper()
	for _, table := range []string{"shared.mails", "river.river_job", "bus.domain_events"} {
		rows, err := w.pool.Query(context.Background(), "SELECT t::text || encode(convert_to(t::text, 'UTF8'), 'escape') FROM "+table+" t")
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if strings.Contains(text, "canary-7f3a") || strings.Contains(text, "63616e6172792d37663361") {
				t.Errorf("%s has %s", table, text)
			}
		}
	}
}

// TestUnknownMail: a mail that was pruned or never was is nothing to do.
func TestUnknownMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "smtp://127.0.0.1:1")
	if again := w.send(t, uuid.New()); again != 0 {
		t.Errorf("again in %v", again)
	}
}
