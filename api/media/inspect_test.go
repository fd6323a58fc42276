package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/media"
)

// fixCRC makes the checksum of a PNG's header right again.
func fixCRC(png []byte) []byte {
	binary.BigEndian.PutUint32(png[29:33], crc32.ChecksumIEEE(png[12:29]))
	return png
}

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	store, err := media.OpenDirectory(dir + "/new/media")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx, hash := t.Context(), strings.Repeat("ab", 32)
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.Repeat("AB", 32), strings.Repeat("ab", 31) + "/x"} {
		if err := store.Put(ctx, bad, strings.NewReader("x")); !errors.Is(err, media.ErrNotStored) {
			t.Errorf("Put(%q) = %v, want ErrNotStored", bad, err)
		}
		if _, err := store.Open(ctx, bad); !errors.Is(err, media.ErrNotStored) {
			t.Errorf("Open(%q) = %v, want ErrNotStored", bad, err)
		}
	}
	broken := io.MultiReader(strings.NewReader("half"), failing{})
	if err := store.Put(ctx, hash, broken); !errors.Is(err, errFailing) {
		t.Errorf("Put of what cannot be read = %v", err)
	}
	if _, err := store.Stat(ctx, hash); !errors.Is(err, media.ErrNotStored) {
		t.Errorf("half an image is kept: %v", err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := store.Put(ctx, hash, bytes.NewReader([]byte("whole"))); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	group.Wait()
	if size, err := store.Stat(ctx, hash); err != nil || size != 5 {
		t.Errorf("Stat = %d, %v, want 5", size, err)
	}
	for range 2 {
		if err := store.Delete(ctx, hash); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	if _, err := store.Open(ctx, hash); !errors.Is(err, media.ErrNotStored) {
		t.Errorf("Open of what was deleted = %v", err)
	}
}

var errFailing = errors.New("cannot be read")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFailing }
