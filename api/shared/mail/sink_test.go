// A mail server to test against: it keeps what it takes, and fails as it is told.

package mail_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The stages at which a sink may fail.
const (
	atMail  = "MAIL"
	atRcpt  = "RCPT"
	atData  = "DATA"
	dropped = "dropped before the answer"
	hungUp  = "dropped after the answer"
)

// taken is a mail that a sink has got.
type taken struct {
	from, to string
	user     string // who proved who they are
	tls      bool
	message  *mail.Message
	body     []byte
}

// sink is the server.
type sink struct {
	address string
	roots   *x509.CertPool // those that know its certificate; nil without TLS

	mu    sync.Mutex
	mails []taken
	tries int
	plan  func(try int, stage string) error // nil: takes everything
	slow  func()                            // before a mail is taken
}

// sinkOptions say what kind of server it is.
type sinkOptions struct {
	startTLS, implicit bool
	user, password     string
	mechanisms         []string
}

// newSink serves until the test ends.
func newSink(t testing.TB, o sinkOptions) *sink {
	t.Helper()
	s := &sink{}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.tries++
		one := session{sink: s, conn: c, try: s.tries, o: o}
		if o.user == "" {
			return &one, nil
		}
		return &authSession{one}, nil
	}))
	server.Domain, server.AllowInsecureAuth = "mail.test", true
	server.ErrorLog = silent{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	if o.startTLS || o.implicit {
		certificate, roots := certified(t)
		s.roots = roots
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
		if o.implicit {
			listener = tls.NewListener(listener, server.TLSConfig)
			server.TLSConfig = nil
		}
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return s
}

// got is what it has taken so far.
func (s *sink) got() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taken(nil), s.mails...)
}

func (s *sink) fails(try int, stage string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plan == nil {
		return nil
	}
	return s.plan(try, stage)
}

// session is one connection.
type session struct {
	sink           *sink
	conn           *smtp.Conn
	try            int
	o              sinkOptions
	user, from, to string
	hangUp         bool
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.o.user != "" && c.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	}
	c.from = from
	return c.sink.fails(c.try, atMail)
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if c.to != "" {
		return errors.New("two recipients")
	}
	c.to = to
	return c.sink.fails(c.try, atRcpt)
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.sink.fails(c.try, atData); err != nil {
		return err
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(message.Body)
	if err != nil {
		return err
	}
	if c.sink.slow != nil {
		c.sink.slow()
	}
	_, secured := c.conn.TLSConnectionState()
	c.sink.mu.Lock()
	c.sink.mails = append(c.sink.mails, taken{c.from, c.to, c.user, secured, message, body})
	c.sink.mu.Unlock()
	if err := c.sink.fails(c.try, dropped); err != nil {
		c.conn.Conn().Close()
		return err
	}
	c.hangUp = c.sink.fails(c.try, hungUp) != nil
	return nil
}

// Reset is called once the answer to DATA is out.
func (c *session) Reset() {
	if c.hangUp {
		c.conn.Conn().Close()
	}
}

func (c *session) Logout() error { return nil }

// authSession wants a password first.
type authSession struct{ session }

func (c *authSession) AuthMechanisms() []string { return c.o.mechanisms }

func (c *authSession) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != c.o.user || password != c.o.password {
			return smtp.ErrAuthFailed
		}
		c.user = user
		return nil
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case sasl.Login:
		return &loginServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

// loginServer is the server's side of LOGIN, which asks for the name and then the password.
type loginServer struct {
	check func(user, password string) error
	step  int
	user  string
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// certified makes a certificate for mail.test.
func certified(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, DNSNames: []string{"mail.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
