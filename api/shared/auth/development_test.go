package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/shared/auth"
)

func development(t *testing.T, dir string) *auth.DevelopmentToken {
	t.Helper()
	d, err := auth.Development(dir)
	if err != nil {
		t.Fatalf("Development: %v", err)
	}
	return d
}

func TestDevelopmentIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := development(t, dir)
	if again := development(t, dir); again.Token() != first.Token() {
		t.Errorf("the second start has another token")
	}
	path := filepath.Join(dir, auth.DevelopmentFile)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if other := development(t, t.TempDir()); other.Token() == first.Token() {
		t.Error("two directories have the same token")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v; want only the token", len(left), err)
	}
}

func TestDevelopmentReplacesWhatOthersCouldKnow(t *testing.T) {
	good := development(t, t.TempDir()).Token()
	spoil := map[string]func(path string) error{
		"readable": func(path string) error {
			return errors.Join(os.WriteFile(path, []byte(good), 0o600), os.Chmod(path, 0o644))
		},
		"empty": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"short": func(path string) error { return os.WriteFile(path, []byte("roseash_dev_A\n"), 0o600) },
		"link": func(path string) error {
			target := path + ".target"
			return errors.Join(os.WriteFile(target, []byte(good), 0o600), os.Symlink(target, path))
		},
	}
	for name, spoil := range spoil {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := spoil(filepath.Join(dir, auth.DevelopmentFile)); err != nil {
				t.Fatal(err)
			}
			d := development(t, dir)
			if d.Token() == good {
				t.Error("the token is still in use")
			}
			if again := development(t, dir); again.Token() != d.Token() {
				t.Error("the new token was not kept")
			}
		})
	}
	if _, err := auth.Development("/proc/none"); err == nil {
		t.Error("Development succeeds where nothing can be written")
	}
}

func TestDevelopmentStartedTwiceAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		wg.Go(func() {
			if d, err := auth.Development(dir); err == nil {
				got[i] = d.Token()
			}
		})
	}
	wg.Wait()
	for _, token := range got {
		if token == "" || token != got[0] {
			t.Fatalf("the processes have different tokens, or none")
		}
	}
}

func TestDevelopmentVerify(t *testing.T) {
	d := development(t, t.TempDir())
	tests := map[string]struct {
		c  auth.Credentials
		ok bool
	}{
		"direct":         {auth.Credentials{Token: d.Token(), Host: "localhost:8080"}, true},
		"subdomain":      {auth.Credentials{Token: d.Token(), Host: "blog.localhost:8080"}, true},
		"address":        {auth.Credentials{Token: d.Token(), Host: "[::1]:8080"}, true},
		"wrong token":    {auth.Credentials{Token: d.Token() + "A", Host: "localhost"}, false},
		"no token":       {auth.Credentials{Host: "localhost"}, false},
		"forwarded":      {auth.Credentials{Token: d.Token(), Host: "localhost", Forwarded: true}, false},
		"rebound name":   {auth.Credentials{Token: d.Token(), Host: "evil.example:8080"}, false},
		"no host":        {auth.Credentials{Token: d.Token()}, false},
		"other networks": {auth.Credentials{Token: d.Token(), Host: "192.168.1.2"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := d.Verify(t.Context(), tt.c)
			if (err == nil) != tt.ok {
				t.Errorf("Verify = %v, want ok %v", err, tt.ok)
			}
			if tt.ok && (p.Name != "development" || !p.Has("blog:write")) {
				t.Errorf("Verify = %+v, want every scope", p)
			}
		})
	}
}

// The same through a request, where the headers have to be noticed.
func TestDevelopmentBehindAProxy(t *testing.T) {
	d := development(t, t.TempDir())
	h := auth.Require(d)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	status := func(header string) int {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/", nil)
		r.Header.Set("Authorization", "Bearer "+d.Token())
		if header != "" {
			r.Header.Set(header, "127.0.0.1")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	if got := status(""); got != 200 {
		t.Errorf("a direct request = %d, want 200", got)
	}
	for _, header := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP", "x-forwarded-anything"} {
		if got := status(header); got != 401 {
			t.Errorf("with %s = %d, want 401", header, got)
		}
	}
}
