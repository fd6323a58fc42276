package sink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/minio/minio-go/v7"

	"rose-ash.com/roseash/api/shared/config"
)

// TestOtherStorage is for a storage that one means to use, or a server with more
// of S3 than the one in these tests:
//
//	ROSEASH_TEST_S3=https://ACCESS:SECRET@HOST/BUCKET go test -run TestOtherStorage ./ssg/sink
//
// It writes below a prefix of its own and removes what it wrote.
func TestOtherStorage(t *testing.T) {
	u, err := url.Parse(os.Getenv("ROSEASH_TEST_S3"))
	if err != nil || u.Host == "" {
		t.Skip("ROSEASH_TEST_S3 names no storage")
	}
	secret, _ := u.User.Password()
	prefix := "roseash-test-" + strings.ToLower(t.Name()) + "/"
	open := func(builder string) *s3Store {
		targets, err := Open(config.Config{S3: config.S3{
			Endpoint: u.Scheme + "://" + u.Host, Region: "us-east-1", Bucket: strings.Trim(u.Path, "/"), Prefix: prefix,
			AccessKey: config.NewSecret(u.User.Username()), SecretKey: config.NewSecret(secret),
		}}, Options{Builder: builder, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(targets.Close)
		return targets.Store.(*s3Store)
	}
	first := open("first")
	clean := func() {
		for info := range first.core.ListObjectsIter(context.Background(), first.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if info.Err != nil {
				t.Fatal(info.Err)
			}
			if err := first.remove(context.Background(), info.Key); err != nil {
				t.Error(err)
			}
		}
	}
	clean()
	t.Cleanup(clean)
	if err := first.Check(t.Context()); err != nil {
		t.Fatalf("Check = %v", err)
	}

	builders := make([]*s3Store, 16)
	for i := range builders {
		builders[i] = open(fmt.Sprint(i))
	}
	for generation := int64(1); generation <= 5; generation++ {
		var won atomic.Int32
		together(len(builders), func(i int) {
			if err := builders[i].Claim(t.Context(), generation); err == nil {
				won.Add(1)
			} else if !errors.Is(err, ErrFenced) {
				t.Errorf("generation %d: %v", generation, err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("generation %d was won by %d builders", generation, won.Load())
		}
	}

	late, next := open("late"), open("next")
	if err := errors.Join(late.Claim(t.Context(), 10), next.Claim(t.Context(), 11)); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"a/index.html", "a/index.html.br", "_assets/x.css", "odd name/ünder+100%/index.html"} {
		o := object(file, "body of "+file)
		if err := next.Put(t.Context(), o); err != nil {
			t.Fatalf("Put %q: %v", file, err)
		}
		body, info, _, err := next.core.GetObject(t.Context(), next.bucket, next.key("main", file), minio.GetObjectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(body)
		body.Close()
		if err != nil || !bytes.Equal(raw, o.Body) {
			t.Errorf("%q is stored as %q, %v", file, raw, err)
		}
		t.Logf("%s: %s, %q, %q", file, info.ContentType, info.Metadata.Get("Content-Encoding"), info.Metadata.Get("Cache-Control"))
		if got := info.Metadata.Get("Cache-Control"); strings.Contains(got, "immutable") != strings.HasPrefix(file, "_assets/") || got == "" {
			t.Errorf("%q has Cache-Control %q", file, got)
		}
		if got := info.Metadata.Get("Content-Encoding"); (got == "br") != strings.HasSuffix(file, ".br") || strings.Contains(got, "aws") {
			t.Errorf("%q has Content-Encoding %q", file, got)
		}
		if err := late.Put(t.Context(), object(file, "late")); !errors.Is(err, ErrFenced) {
			t.Errorf("a late Put of %q = %v", file, err)
		}
	}
	if err := next.Delete(t.Context(), File{"main", "a/index.html"}); err != nil {
		t.Fatal(err)
	}
	listed := 0
	err = next.List(t.Context(), func(f File, _ [32]byte, known bool) error {
		listed++
		if !known || f.File == "a/index.html.br" {
			t.Errorf("%v is listed, known %v", f, known)
		}
		return nil
	})
	if err != nil || listed != 2 {
		t.Errorf("List = %v with %d files, want 2", err, listed)
	}
}
