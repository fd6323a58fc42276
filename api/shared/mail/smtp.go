// Talking to the mail server.

package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"rose-ash.com/roseash/api/shared/urls"
)

// patience is how long reaching the server may take, and then how long giving it a mail.
const patience = 10 * time.Second

// server is where mail is handed over.
type server struct {
	patience time.Duration
	host     string
	port     int
	implicit bool // TLS from the first byte (RFC 8314 section 3.3)
	user     *url.Userinfo
	from     netmail.Address
	tls      *tls.Config
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// newServer reads smtp://user:password@host:port or smtps://…. Without a port it is 587 or
// 465 (RFC 8314 section 7.3); on this machine plain smtp is 25.
func newServer(raw string, from netmail.Address) (*server, error) {
	fault := errors.New("mail: the server must be smtp:// or smtps:// with a host, and at most a user, a password and a port")
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, fault
	}
	local := urls.Loopback(u.Hostname())
	s := &server{patience: patience, host: u.Hostname(), port: 587, user: u.User, from: from, dial: (&net.Dialer{}).DialContext,
		// Certificates of this machine are seldom anybody's; nobody is in between.
		tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12, InsecureSkipVerify: local}}
	switch {
	case u.Scheme == "smtps":
		s.implicit, s.port = true, 465
	case u.Scheme != "smtp":
		return nil, fault
	case local:
		s.port = 25
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, fault
		}
	}
	return s, nil
}

// send hands a message over. It fails with a fault; a server that took the message and was
// gone before it said good-bye has taken it.
func (s *server) send(ctx context.Context, m *gomail.Msg) error {
	client, err := s.client(ctx)
	if err != nil {
		return fault{stage: "settings"}
	}
	reaching, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	session, err := client.DialToSMTPClientWithContext(reaching)
	if err != nil {
		return faultOf("reaching the server", err, false)
	}
	defer session.Close()
	if err := client.SendWithSMTPClient(session, m); err != nil && !m.IsDelivered() {
		return faultOf(stageOf(err), err, true)
	}
	_ = client.CloseWithSMTPClient(session) // it has what it was to get
	return nil
}

// client is made for each mail, whose ctx closes its connection.
func (s *server) client(ctx context.Context) (*gomail.Client, error) {
	policy := gomail.TLSMandatory
	if urls.Loopback(s.host) || neighbour(s.host) {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.patience), gomail.WithTLSConfig(s.tls), gomail.WithTLSPolicy(policy), gomail.WithoutNoop(), gomail.WithoutRset(),
		gomail.WithDialContextFunc(func(reaching context.Context, network, address string) (net.Conn, error) {
			conn, err := s.connect(reaching, network, address)
			if err == nil {
				context.AfterFunc(ctx, func() { conn.Close() })
			}
			return conn, err
		}),
	}
	if s.implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.user != nil {
		options = append(options, gomail.WithSMTPAuthCustom(&password{user: s.user, host: s.host}))
	}
	return gomail.NewClient(s.host, options...)
}

func (s *server) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.dial(ctx, network, address)
	if err != nil || !s.implicit {
		return conn, err
	}
	secured := tls.Client(conn, s.tls)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

// neighbour tells a name without a dot, such as a container's: it is of this network, and
// nobody's certificate is for it. A password is not shown to it without TLS all the same.
func neighbour(host string) bool { return !strings.ContainsAny(host, ".:") }

// password proves who we are by the best of the mechanisms that the server has (RFC 4954).
// The password itself is shown only through TLS, or to this machine.
type password struct {
	user *url.Userinfo
	host string
	smtp.Auth
}

// Start picks the mechanism.
func (p *password) Start(info *smtp.ServerInfo) (mechanism string, first []byte, err error) {
	name := p.user.Username()
	word, _ := p.user.Password()
	local := urls.Loopback(p.host)
	switch {
	case slices.Contains(info.Auth, "SCRAM-SHA-256"):
		p.Auth = smtp.ScramSHA256Auth(name, word)
	case slices.Contains(info.Auth, "PLAIN"):
		p.Auth = smtp.PlainAuth("", name, word, p.host, local)
	case slices.Contains(info.Auth, "LOGIN"):
		p.Auth = smtp.LoginAuth(name, word, p.host, local)
	case slices.Contains(info.Auth, "CRAM-MD5"):
		p.Auth = smtp.CRAMMD5Auth(name, word)
	default:
		return "", nil, errNoMechanism
	}
	return p.Auth.Start(info)
}

var errNoMechanism = errors.New("the server takes no password")

// stageOf says at which command a message was refused.
func stageOf(err error) string {
	var send *gomail.SendError
	if errors.As(err, &send) {
		switch send.Reason {
		case gomail.ErrSMTPMailFrom:
			return "MAIL"
		case gomail.ErrSMTPRcptTo:
			return "RCPT"
		case gomail.ErrSMTPData, gomail.ErrWriteContent, gomail.ErrSMTPDataClose:
			return "DATA"
		}
	}
	return "sending"
}
