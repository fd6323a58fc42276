package httpx

import (
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func Example() {
	client := Public(PublicOptions{})
	_, err := client.Get("http://169.254.169.254/latest/meta-data/")
	fmt.Println(errors.Is(err, ErrRefused))
	// Output: true
}

// serve starts a server on loopback and returns its host:port.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func get(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	t.Cleanup(c.CloseIdleConnections)
	res, err := c.Get(address)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return string(raw), err
}

func portOf(t *testing.T, hostport string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(hostport)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// answering is a resolver for which each name has the addresses of the next
// list, the last one from then on.
func answering(lists ...[]string) *net.Resolver {
	var asked atomic.Int32
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			for {
				var size [2]byte
				if _, err := io.ReadFull(server, size[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				var m dnsmessage.Message
				if m.Unpack(query) != nil || len(m.Questions) != 1 {
					return
				}
				q := m.Questions[0]
				m.Response, m.Authoritative, m.Additionals = true, true, nil
				n := 0
				if q.Type == dnsmessage.TypeA {
					n = int(asked.Add(1)) - 1
				} else {
					n = int(asked.Load())
				}
				for _, s := range lists[min(max(n, 0), len(lists)-1)] {
					ip := netip.MustParseAddr(s)
					header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type, TTL: 0}
					if ip.Is4() && q.Type == dnsmessage.TypeA {
						m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
					}
					if ip.Is6() && q.Type == dnsmessage.TypeAAAA {
						m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
					}
				}
				reply, err := m.Pack()
				if err != nil {
					return
				}
				if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

// A server that must stay untouched listens on loopback, its port is allowed,
// and every way to say "loopback" is tried.
func TestPublicRefusesThisMachine(t *testing.T) {
	var touched atomic.Int32
	port := portOf(t, serve(t, func(http.ResponseWriter, *http.Request) { touched.Add(1) }))
	refused := []string{
		"127.0.0.1", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "[64:ff9b::7f00:1]", "0x7f000001",
	}
	// Go's resolver does not read these as addresses; they must lead nowhere.
	unknown := []string{"127.1", "2130706433", "0177.0.0.1"}
	for i, host := range append(refused, unknown...) {
		c := Public(PublicOptions{Ports: []string{port}, Timeout: 5 * time.Second, resolver: answering([]string{"127.0.0.1"})})
		_, err := get(t, c, "http://"+host+":"+port+"/")
		if err == nil || i < len(refused) && !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", host, err)
		}
	}
	if touched.Load() != 0 {
		t.Errorf("the server was reached %d times", touched.Load())
	}
}

func TestPublicRefusesWhatANameResolvesTo(t *testing.T) {
	var touched atomic.Int32
	port := portOf(t, serve(t, func(http.ResponseWriter, *http.Request) { touched.Add(1) }))
	for _, addresses := range [][]string{
		{"127.0.0.1"}, {"10.1.2.3"}, {"169.254.169.254"}, {"::1"}, {"fd00:ec2::254"}, {"100.64.0.1"}, {"10.0.0.1", "127.0.0.1"},
	} {
		c := Public(PublicOptions{Ports: []string{port}, Timeout: 5 * time.Second, resolver: answering(addresses)})
		_, err := get(t, c, "http://looks-public.test:"+port+"/")
		if !errors.Is(err, ErrRefused) {
			t.Errorf("a name for %v: %v, want a refusal", addresses, err)
		}
	}
	if touched.Load() != 0 {
		t.Errorf("the server was reached %d times", touched.Load())
	}
}

// A caller that resolves the name itself and finds it public learns nothing: the
// second answer is the one that is dialled.
func TestPublicRefusesRebinding(t *testing.T) {
	var touched atomic.Int32
	port := portOf(t, serve(t, func(http.ResponseWriter, *http.Request) { touched.Add(1) }))
	resolver := answering([]string{"93.184.215.14"}, []string{"127.0.0.1"})
	first, err := resolver.LookupNetIP(t.Context(), "ip4", "rebind.test")
	if err != nil || len(first) != 1 || !IsPublic(first[0]) {
		t.Fatalf("the first answer is %v, %v; want a public address", first, err)
	}
	c := Public(PublicOptions{Ports: []string{port}, Timeout: 5 * time.Second, resolver: resolver})
	if _, err := get(t, c, "http://rebind.test:"+port+"/"); !errors.Is(err, ErrRefused) {
		t.Errorf("after rebinding: %v, want a refusal", err)
	}
	if touched.Load() != 0 {
		t.Error("the server was reached")
	}
}

func TestPublicRefusesURLs(t *testing.T) {
	c := Public(PublicOptions{Schemes: []string{"https"}})
	for _, address := range []string{
		"http://rose.example/", "ftp://rose.example/", "file:///etc/passwd", "gopher://rose.example:443/",
		"https://rose.example:22/", "https://rose.example:6379/", "https://user@rose.example/", "https://:443/",
	} {
		if _, err := get(t, c, address); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", address, err)
		}
	}
}

func TestPeers(t *testing.T) {
	peer := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.UserAgent()) })
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a server that is not a peer was reached") })
	c := Public(PublicOptions{Peers: []string{peer}, Schemes: []string{"https"}, UserAgent: "RoseAsh (test)"})
	if got, err := get(t, c, "http://"+peer+"/"); err != nil || got != "RoseAsh (test)" {
		t.Errorf("a peer answers %q, %v", got, err)
	}
	for _, address := range []string{"http://" + other, "http://localhost:" + portOf(t, peer), "https://" + peer} {
		if _, err := get(t, c, address); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", address, err)
		}
	}
	named := "localhost:" + portOf(t, peer)
	if _, err := get(t, Public(PublicOptions{Peers: []string{named}}), "http://"+named+"/"); err != nil {
		t.Errorf("a peer by name: %v", err)
	}
	for _, bad := range []string{"rose.example:80", "10.0.0.1:80", "localhost", ":80"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken as a peer", bad)
				}
			}()
			Public(PublicOptions{Peers: []string{bad}})
		}()
	}
}

func TestPublicChecksRedirects(t *testing.T) {
	var hits atomic.Int32
	var self string
	self = serve(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		target := r.URL.Query().Get("to")
		if target == "loop" {
			target = "http://" + self + "/?to=loop"
		}
		if target != "" {
			http.Redirect(w, r, target, http.StatusFound)
		}
	})
	secret := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirect led to a private server") })
	c := Public(PublicOptions{Peers: []string{self}, Ports: []string{"80", "443", portOf(t, secret)}})
	for _, target := range []string{"http://" + secret + "/", "http://169.254.169.254/", "file:///etc/passwd", "http://localhost:1/"} {
		if _, err := get(t, c, "http://"+self+"/?to="+url.QueryEscape(target)); !errors.Is(err, ErrRefused) {
			t.Errorf("redirect to %s: %v, want a refusal", target, err)
		}
	}
	hits.Store(0)
	if _, err := get(t, c, "http://"+self+"/?to=loop"); !errors.Is(err, ErrRefused) {
		t.Errorf("a loop: %v, want a refusal", err)
	}
	if got := hits.Load(); got != 1+maxRedirects {
		t.Errorf("a loop was followed for %d requests, want %d", got, 1+maxRedirects)
	}
}

func TestNoDowngrade(t *testing.T) {
	secure := httptest.NewRequest(http.MethodGet, "https://rose.example/", nil)
	plain := httptest.NewRequest(http.MethodGet, "http://rose.example/", nil)
	if err := redirect(plain, []*http.Request{secure}); !errors.Is(err, ErrRefused) {
		t.Errorf("https to http: %v, want a refusal", err)
	}
	if err := redirect(secure, []*http.Request{plain}); err != nil {
		t.Errorf("http to https: %v", err)
	}
}

func TestPublicCapsBodies(t *testing.T) {
	peer := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body := strings.Repeat("x", 1024)
		switch r.URL.Path {
		case "/fits":
			fmt.Fprint(w, body[:1000])
		case "/declared":
			fmt.Fprint(w, body)
		case "/chunked":
			for range 4 {
				fmt.Fprint(w, body)
				w.(http.Flusher).Flush()
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 1000 {
				fmt.Fprint(z, body)
			}
			z.Close()
		}
	})
	c := Public(PublicOptions{Peers: []string{peer}, MaxBytes: 1000})
	if got, err := get(t, c, "http://"+peer+"/fits"); err != nil || len(got) != 1000 {
		t.Errorf("a body of exactly the limit: %d bytes, %v", len(got), err)
	}
	for _, path := range []string{"/declared", "/chunked", "/bomb"} {
		if got, err := get(t, c, "http://"+peer+path); !errors.Is(err, ErrTooLarge) || len(got) > 1000 {
			t.Errorf("%s: %d bytes, %v, want ErrTooLarge", path, len(got), err)
		}
	}
	res, err := c.Head("http://" + peer + "/declared")
	if err != nil {
		t.Fatalf("HEAD of a large body: %v", err)
	}
	res.Body.Close()
}

func TestTimeouts(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
	peer := serve(t, hang)
	for name, c := range map[string]*http.Client{
		"public":   Public(PublicOptions{Peers: []string{peer}, Timeout: 50 * time.Millisecond}),
		"operator": Operator(50 * time.Millisecond),
	} {
		for _, path := range []string{"/head", "/body"} {
			var timeout net.Error
			if _, err := get(t, c, "http://"+peer+path); !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%s%s: %v, want a time-out", name, path, err)
			}
		}
	}
}

func TestOperator(t *testing.T) {
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirect to another host was followed") })
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "http://localhost:"+portOf(t, other)+"/", http.StatusFound)
		case "/port":
			http.Redirect(w, r, "http://"+other+"/", http.StatusFound)
		case "/here":
			fmt.Fprint(w, r.UserAgent())
		}
	})
	c := Operator(0)
	if _, err := get(t, c, "http://"+host+"/port"); !errors.Is(err, ErrRefused) {
		t.Errorf("to another port: %v, want a refusal", err)
	}
	if got, err := get(t, c, "http://"+host+"/moved"); err != nil || got != UserAgent {
		t.Errorf("on loopback: %q, %v, want %q", got, err, UserAgent)
	}
	if _, err := get(t, c, "http://"+host+"/away"); !errors.Is(err, ErrRefused) {
		t.Errorf("to another host: %v, want a refusal", err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/here", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "own")
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, err := ReadLimited(res.Body, 3); err != nil || string(got) != "own" {
		t.Errorf("a request's own User-Agent arrives as %q, %v", got, err)
	}
}

func TestSameServer(t *testing.T) {
	for _, c := range []struct {
		asked, next string
		want        bool
	}{
		{"http://a.example/x", "http://A.example:80/y", true}, {"http://a.example", "https://a.example/", true}, {"http://a.example:2368", "https://a.example/", true},
		{"https://a.example:8443", "https://a.example:8443/y", true}, {"http://a.example", "http://a.example:8080/", false}, {"http://a.example", "https://a.example:8443/", false},
		{"https://a.example", "https://b.a.example/", false}, {"https://a.example", "https://a.example@evil.example/", false}, {"http://[::1]:2368", "http://[::1]:5432/", false},
	} {
		asked, err := url.Parse(c.asked)
		if err != nil {
			t.Fatal(err)
		}
		next, err := url.Parse(c.next)
		if err != nil || sameServer(asked, next) != c.want {
			t.Errorf("from %s to %s: %v, %v", c.asked, c.next, !c.want, err)
		}
	}
}

func TestNoProxyAndNoCookies(t *testing.T) {
	if transport(nil).Proxy != nil {
		t.Error("a proxy may be taken from the environment")
	}
	if Operator(0).Jar != nil || Public(PublicOptions{}).Jar != nil {
		t.Error("cookies are kept")
	}
}

func TestReadLimited(t *testing.T) {
	if got, err := ReadLimited(strings.NewReader("abc"), 3); err != nil || string(got) != "abc" {
		t.Errorf("ReadLimited = %q, %v", got, err)
	}
	if got, err := ReadLimited(strings.NewReader("abcd"), 3); !errors.Is(err, ErrTooLarge) || got != nil {
		t.Errorf("ReadLimited = %q, %v, want ErrTooLarge", got, err)
	}
	broken := errors.New("broken")
	if _, err := ReadLimited(io.MultiReader(strings.NewReader("a"), failing{broken}), 3); !errors.Is(err, broken) {
		t.Errorf("ReadLimited = %v, want the reader's error", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
