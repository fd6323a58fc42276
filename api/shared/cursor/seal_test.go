package cursor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db/dbtest"
)

const inner, scope = "eyJuIjoiYSJ9", "/v1/products?category=bread"

func sealOf(t *testing.T, s *cursor.Sealer, scope string) cursor.Seal {
	t.Helper()
	seal, err := s.For(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	return seal
}

// TestSeal: what was signed is opened by every process on the database, and by
// none on another.
func TestSeal(t *testing.T) {
	pool := dbtest.New(t)
	sealed := sealOf(t, cursor.NewSealer(pool), scope).Close(inner)
	other := cursor.NewSealer(pool)
	seal := sealOf(t, other, scope)
	if got, err := seal.Open(sealed); err != nil || got != inner {
		t.Fatalf("Open = %q, %v, want %q", got, err, inner)
	}
	if again := seal.Close(inner); again != sealed {
		t.Errorf("Close = %q, then %q: a cached list would differ", sealed, again)
	}

	refused := map[string][2]string{
		"of another query":      {sealed, "/v1/products?category=cheese"},
		"of another list":       {sealed, "/v1/posts?category=bread"},
		"not signed":            {inner, scope},
		"empty":                 {"", scope},
		"nothing but signature": {sealed[:22], scope},
		"cut":                   {sealed[:len(sealed)-1], scope},
		"longer":                {sealed + "A", scope},
		"moved boundary":        {sealed[:22] + "d" + inner, "/v1/products?category=brea"},
	}
	for i := range sealed {
		changed := []byte(sealed)
		changed[i] ^= 1
		refused[fmt.Sprintf("byte %d", i)] = [2]string{string(changed), scope}
	}
	for name, c := range refused {
		if got, err := sealOf(t, other, c[1]).Open(c[0]); problem.Code(err) != "invalid_cursor" {
			t.Errorf("%s: Open = %q, %v, want invalid_cursor", name, got, err)
		}
	}

	if _, err := pool.Exec(t.Context(), "UPDATE shared.secrets SET secret = sha256(secret) WHERE name = 'cursor'"); err != nil {
		t.Fatal(err)
	}
	if _, err := sealOf(t, cursor.NewSealer(pool), scope).Open(sealed); problem.Code(err) != "invalid_cursor" {
		t.Errorf("under another key: %v, want invalid_cursor", err)
	}
	if _, err := sealOf(t, other, scope).Open(sealed); err != nil {
		t.Errorf("a running process forgot its key: %v", err)
	}
}

// TestKey: the migration makes one of 32 bytes.
func TestKey(t *testing.T) {
	pool := dbtest.New(t)
	var key []byte
	if err := pool.QueryRow(t.Context(), "SELECT secret FROM shared.secrets WHERE name = 'cursor'").Scan(&key); err != nil {
		t.Fatal(err)
	}
	if len(key) != 32 || strings.Count(string(key), string(key[:1])) > 16 {
		t.Errorf("the key is %x", key)
	}
}

// down is a database that does not answer.
type down struct{}

func (down) QueryRow(context.Context, string, ...any) pgx.Row { return down{} }

func (down) Scan(...any) error { return errDown }

var errDown = errors.New("down")

func TestSealerWithoutKey(t *testing.T) {
	if _, err := cursor.NewSealer(down{}).For(t.Context(), scope); !errors.Is(err, errDown) {
		t.Errorf("For = %v, want %v", err, errDown)
	}
}

// TestSealerAtOnce is for the race detector.
func TestSealerAtOnce(t *testing.T) {
	s := cursor.NewSealer(dbtest.New(t))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			seal, err := s.For(t.Context(), scope)
			if err == nil {
				_, err = seal.Open(seal.Close(inner))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func FuzzOpen(f *testing.F) {
	seal := sealFor(f)
	f.Add(seal.Close(inner))
	f.Add(inner)
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		got, err := seal.Open(sealed)
		if err == nil && seal.Close(got) != sealed || err != nil && problem.Code(err) != "invalid_cursor" {
			t.Fatalf("Open(%q) = %q, %v", sealed, got, err)
		}
	})
}

// known is a database with a key of its own.
type known struct{}

func (known) QueryRow(context.Context, string, ...any) pgx.Row { return known{} }

func (known) Scan(dest ...any) error {
	*dest[0].(*[]byte) = []byte(strings.Repeat("k", 32))
	return nil
}

func sealFor(f *testing.F) cursor.Seal {
	seal, err := cursor.NewSealer(known{}).For(context.Background(), scope)
	if err != nil {
		f.Fatal(err)
	}
	return seal
}
