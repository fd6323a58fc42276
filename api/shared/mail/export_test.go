// What tests reach inside for.

package mail

import (
	"context"
	"crypto/x509"
	"net"
	"time"

	"github.com/google/uuid"
)

// At has a service find its server at another address, and trust these certificates.
func (s *Service) At(address string, roots *x509.CertPool) {
	s.server.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	s.server.tls.RootCAs = roots
}

// Patient lets each attempt wait for its server as long as a machine with much else to do may
// need: a mail whose answer is awaited no longer is sent once more, as it should be.
func (s *Service) Patient(d time.Duration) {
	s.patience, s.sendTime = d, 4*d
	if s.server != nil {
		s.server.patience = d
	}
}

// Send makes one attempt, as the job does.
func (s *Service) Send(ctx context.Context, mail uuid.UUID) (again time.Duration, err error) {
	return s.send(ctx, mail)
}

// Line is what headers pass.
var Line = line
