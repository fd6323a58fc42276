// Why a mail was not taken, in words that repeat nothing of it.

package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"strings"
	"syscall"

	gomail "github.com/wneessen/go-mail"
)

// fault is why a mail was not taken. What a server said is not in it: that may repeat the
// address.
type fault struct {
	stage    string // MAIL, RCPT, DATA, …
	code     int    // the server's reply; 0: it did not get so far
	enhanced string // RFC 3463, such as 5.1.1; empty: none
	cause    string // where there is no code
	message  bool   // it is about this message, not about us
}

// Error is what is logged and stored.
func (f fault) Error() string {
	if f.code == 0 {
		return f.stage + ": " + f.cause
	}
	return strings.TrimSpace(fmt.Sprintf("%s: %d %s", f.stage, f.code, f.enhanced))
}

// lasting tells that the server will never take this message. A refusal of us, for want of a
// password or of TLS, ends when the operator mends it (RFC 4954 section 6: 530, 534, 535, 538).
func (f fault) lasting() bool {
	return f.message && f.code >= 500 && (f.code < 530 || f.code > 538)
}

func faultOf(stage string, err error, message bool) fault {
	f := fault{stage: stage, message: message, cause: causeOf(err)}
	var send *gomail.SendError
	var reply *textproto.Error
	switch {
	case errors.As(err, &send):
		f.code, f.enhanced = send.ErrorCode(), send.EnhancedStatusCode()
	case errors.As(err, &reply):
		f.code, f.enhanced = reply.Code, enhanced.FindString(reply.Msg)
	}
	return f
}

// enhanced is the code that a reply may begin with (RFC 2034 section 4).
var enhanced = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)

// causeOf names what happened to a connection.
func causeOf(err error) string {
	var (
		dns       *net.DNSError
		number    syscall.Errno
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		expired   x509.CertificateInvalidError
		invalid   *tls.CertificateVerificationError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "it took too long"
	case errors.Is(err, context.Canceled):
		return "we were stopped"
	case errors.As(err, &dns):
		return "its name cannot be resolved"
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &expired), errors.As(err, &invalid):
		return "its certificate is not trusted"
	case errors.As(err, &record):
		return "it does not speak TLS"
	case errors.Is(err, errNoMechanism):
		return errNoMechanism.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return lost
	case errors.As(err, &number):
		return number.Error()
	}
	// The library hides some causes in its text.
	for _, known := range []struct{ part, cause string }{
		{"STARTTLS", "it does not offer STARTTLS"}, {"timeout", "it took too long"},
		{"EOF", lost}, {"reset by peer", lost}, {"broken pipe", lost}, {"closed network connection", lost},
	} {
		if strings.Contains(err.Error(), known.part) {
			return known.cause
		}
	}
	return "it was not understood"
}

const lost = "the connection was lost"
