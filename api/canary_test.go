// Where secrets end up: every flow of signing in and of the authorization server is gone
// through with the log at its most talkative, mail on its way and jobs running. Then no
// secret that was in an answer, a cookie, a mail or an address may be in the log, or as it is
// in the database. The flows are in canary_flows_test.go.

package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
)

// TestCanaries goes through all flows and looks for what was secret in them, in the middle,
// when much is waiting, and at the end. Not parallel: the process has one log.
func TestCanaries(t *testing.T) {
	c := newCanaries(t)
	c.signingIn()
	c.account()
	c.look("signing in")
	c.programs()
	c.astray()
	c.settle()
	c.look("everything")
	for _, kind := range []string{"roseash_at_", "roseash_rt_", "roseash_ac_", "roseash_pat_", "roseash_cs_", "roseash_dc_", "eyJ", "code ", "link", "cookie", "ceremony"} {
		if !slices.ContainsFunc(slices.Collect(maps.Values(c.secrets)), func(what string) bool { return strings.Contains(what, kind) }) {
			t.Errorf("no secret of the kind %s came up", kind)
		}
	}
	for _, name := range []string{"__Host-session", "__Host-device", "__Host-browser"} {
		if !c.f.cookies[name] {
			t.Errorf("%s was never set", name)
		}
	}
}

// canaries is the product with everything that was secret so far.
type canaries struct {
	t       *testing.T
	f       *fortress
	log     *buffer
	sink    *postOffice
	secrets map[string]string // what each is, by its text
	people  []string          // addresses, which no line of the log may have either
}

func newCanaries(t *testing.T) *canaries {
	c := &canaries{t: t, log: &buffer{}, sink: newPostOffice(t), secrets: map[string]string{}}
	old := slog.Default()
	slog.SetDefault(slog.New(api.LogHandler(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))))
	t.Cleanup(func() { slog.SetDefault(old) })
	c.f = newFortress(t, func(o *api.AppOptions) {
		cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + o.Config.DataDir, "ROSEASH_BASE_URL=" + ourSite, "SMTP_URL=smtp://" + c.sink.address}})
		if err != nil {
			t.Fatal(err)
		}
		o.Config, o.Log = cfg, slog.Default()
	})
	c.f.heard, c.f.letters = c.heard, c.letter
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- c.f.app.Bus.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
	return c
}

// keep has a text looked for from now on.
func (c *canaries) keep(what, secret string) string {
	c.t.Helper()
	if len(secret) < 6 {
		c.t.Fatalf("%s is %q", what, secret)
	}
	c.secrets[secret] = what
	return secret
}

var (
	tokenText = regexp.MustCompile(`(roseash_(?:at|rt|ac|pat|cs|dc)_)[A-Za-z0-9_-]{43}`)
	jwtText   = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)
	linkText  = regexp.MustCompile(`/login/(?:link|welcome|email)/([A-Za-z0-9_-]{20,})/`)
	ceremony  = regexp.MustCompile(`"(?:ceremony|token)":"([A-Za-z0-9_-]{43})"`)
)

// heard keeps what is secret in an answer.
func (c *canaries) heard(a answer) {
	c.t.Helper()
	decoded, _ := url.QueryUnescape(a.at + "\n" + a.location())
	c.read(a.body + "\n" + decoded)
	for _, line := range a.header.Values("Set-Cookie") {
		name, rest, _ := strings.Cut(line, "=")
		if value, _, _ := strings.Cut(rest, ";"); len(value) > 1 {
			c.keep("the cookie "+name, value)
		}
	}
}

func (c *canaries) read(text string) {
	for _, m := range tokenText.FindAllStringSubmatch(text, -1) {
		c.keep("a "+m[1], m[0])
	}
	for _, m := range jwtText.FindAllString(text, -1) {
		c.keep("an eyJ…", m)
	}
	for _, m := range linkText.FindAllStringSubmatch(text, -1) {
		c.keep("a link's token", m[1])
	}
	for _, m := range ceremony.FindAllStringSubmatch(text, -1) {
		c.keep("a ceremony", m[1])
	}
}

// inMails are the addresses of links by the kinds of mails that have them.
var inMails = map[string]string{"sign_in": "/login/link/", "invitation": "/login/welcome/", "email_confirm": "/login/email/", "email_change": "/login/email/",
	"email_changed": "/login/email/", "recovery": "/login/email/", "export_ready": "/account/", "new_device": "/account/sessions/"}

// letter waits for the next mail of a kind to an address, and keeps what is secret in it.
func (c *canaries) letter(kind, address string) (text string) {
	c.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(10 * time.Millisecond) {
		if text = c.sink.take(address, inMails[kind]); text != "" {
			c.read(text)
			if m := codeInMail.FindStringSubmatch(text); m != nil {
				c.keep("the code of a mail", strings.ReplaceAll(m[1], " ", ""))
			}
			return text
		}
	}
	log := c.log.String()
	c.t.Fatalf("no %s came to %s\n%s", kind, address, log[max(0, len(log)-3000):])
	return ""
}

// settle waits until all mails are sent and all jobs done.
func (c *canaries) settle() {
	c.t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		var waiting int
		if err := c.f.pool.QueryRow(c.t.Context(), `SELECT (SELECT count(*) FROM shared.mails WHERE sent_at IS NULL AND failed_at IS NULL)
			+ (SELECT count(*) FROM account.exports WHERE ready_at IS NULL AND failed_at IS NULL)`).Scan(&waiting); err != nil {
			c.t.Fatal(err)
		}
		if waiting == 0 {
			return
		}
	}
	c.t.Error("mails or exports are not done")
}

// look searches the log and every table for every secret: as it is, and in the database also
// as bytes are shown, those of its text and those that it stands for.
func (c *canaries) look(after string) {
	c.t.Helper()
	log := c.log.String()
	for _, line := range []string{`"route":"/login/*"`, `"msg":"request"`} {
		if !strings.Contains(log, line) {
			c.t.Fatalf("after %s the log has no %s", after, line)
		}
	}
	stored := map[string]string{}
	for _, table := range c.f.tables() {
		stored[table] = c.f.stored(table)
	}
	if !strings.Contains(stored["identity.emails"], "ada@example.org") {
		c.t.Fatal("nothing is found, not even an address")
	}
	stored["archives"] = c.archives()
	for secret, what := range c.secrets {
		if len(secret) == 6 { // digits are found by chance in times and ids
			whole := regexp.MustCompile(`(^|[^0-9A-Za-z._-])` + secret + `($|[^0-9A-Za-z._-])`)
			if m := whole.FindStringIndex(log); m != nil {
				c.t.Errorf("after %s the log has %s: …%s…", after, what, log[max(0, m[0]-200):m[1]])
			}
			for table, rows := range stored {
				if strings.Contains(rows, `"`+secret+`"`) || strings.Contains(rows, hex.EncodeToString([]byte(secret))) && table == "shared.mails" {
					c.t.Errorf("after %s %s has %s", after, table, what)
				}
			}
			continue
		}
		if i := strings.Index(log, secret); i >= 0 {
			c.t.Errorf("after %s the log has %s: …%s…", after, what, log[max(0, i-300):i])
		}
		forms := []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))}
		random := secret[strings.LastIndexByte(secret[:max(0, len(secret)-43)], '_')+1:]
		if raw, err := base64.RawURLEncoding.DecodeString(random); err == nil && len(raw) >= 16 {
			forms = append(forms, hex.EncodeToString(raw), random)
		}
		for table, rows := range stored {
			if slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(rows, form) }) {
				c.t.Errorf("after %s %s has %s", after, table, what)
			}
		}
	}
	for _, address := range c.people {
		if i := strings.Index(log, address); i >= 0 {
			c.t.Errorf("after %s the log has an address: …%s…", after, log[max(0, i-300):i])
		}
	}
}

// archives is what is in people's exports.
func (c *canaries) archives() string {
	c.t.Helper()
	rows, err := c.f.pool.Query(c.t.Context(), "SELECT archive FROM account.exports WHERE archive IS NOT NULL")
	if err != nil {
		c.t.Fatal(err)
	}
	defer rows.Close()
	var text strings.Builder
	for rows.Next() {
		var archive []byte
		if err := rows.Scan(&archive); err != nil {
			c.t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			c.t.Fatal(err)
		}
		for _, file := range z.File {
			r, err := file.Open()
			if err == nil {
				_, err = io.Copy(&text, r)
			}
			if err != nil {
				c.t.Fatal(err)
			}
		}
	}
	return text.String()
}

// buffer is a log that several write.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// postOffice is a mail server that keeps the plain text of what it takes.
type postOffice struct {
	address string
	mu      sync.Mutex
	mails   []struct{ to, text string }
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	o := &postOffice{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &counter{office: o}, nil }))
	server.Domain = "mail.test"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.address = listener.Addr().String()
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return o
}

// take hands out the oldest mail to an address that has a text, once; empty: there is none.
func (o *postOffice) take(to, has string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, m := range o.mails {
		if m.to == to && strings.Contains(m.text, has) {
			o.mails = slices.Delete(o.mails, i, i+1)
			return m.text
		}
	}
	return ""
}

// counter is where one mail at a time is handed in.
type counter struct {
	office *postOffice
	to     string
}

func (c *counter) Mail(string, *smtp.MailOptions) error      { return nil }
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error { c.to = to; return nil }
func (c *counter) Reset()                                    {}
func (c *counter) Logout() error                             { return nil }
func (c *counter) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(part))
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.mails = append(c.office.mails, struct{ to, text string }{c.to, strings.ReplaceAll(string(text), "\r\n", "\n")})
	return err
}
