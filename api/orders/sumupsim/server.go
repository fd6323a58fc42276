// A simulator with a listener of its own.

package sumupsim

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a simulator that listens. Listen makes one.
type Server struct {
	*Sim
	// URL is its origin: http://127.0.0.1:12345.
	URL string

	mu     sync.Mutex
	addr   string
	server *http.Server // nil while it is down
}

// Listen makes a simulator that is reached at an address: "127.0.0.1:0" for any free port.
// Options.BaseURL is its own where it is empty. It fails where the address cannot be had.
func Listen(address string, o Options) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + l.Addr().String(), addr: l.Addr().String()}
	if o.BaseURL == "" {
		o.BaseURL = s.URL
	}
	if s.Sim, err = New(o); err != nil {
		l.Close()
		return nil, err
	}
	s.serve(l)
	return s, nil
}

func (s *Server) serve(l net.Listener) {
	s.server = &http.Server{Handler: s.Sim, ReadHeaderTimeout: 10 * time.Second}
	go s.server.Serve(l)
}

// Down closes the listener and every connection: SumUp refuses connections until Up.
func (s *Server) Down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		s.server.Close()
		s.server = nil
	}
}

// Up listens again where it did. It fails where somebody else took the address.
func (s *Server) Up() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return nil
	}
	l, err := net.Listen("tcp", s.addr)
	if err == nil {
		s.serve(l)
	}
	return err
}

// Close ends the simulator and its listener.
func (s *Server) Close() {
	s.Sim.Close()
	s.Down()
}

// Shutdown answers what was asked, for as long as ctx lasts, and ends then.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	if server != nil {
		server.Shutdown(ctx)
	}
	s.Close()
}
