// Where the bytes are: the interface of a store, and the directory that is one.

package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrNotStored is the answer of a store that does not have the bytes.
var ErrNotStored = errors.New("media: not stored")

// Store keeps bytes by the SHA-256 of them, in lower-case hex. Its methods are
// safe for concurrent use, by several processes too.
type Store interface {
	// Put keeps what r reads. When it returns nil the bytes are whole and safe;
	// otherwise there is nothing new. Bytes that are there already stay.
	Put(ctx context.Context, hash string, r io.Reader) error
	// Open reads the bytes; ErrNotStored where there are none.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	// Stat tells how many bytes there are; ErrNotStored where there are none.
	Stat(ctx context.Context, hash string) (size int64, err error)
	// Delete forgets the bytes; nothing happens where there are none.
	Delete(ctx context.Context, hash string) error
}

// Directory is a Store in a directory, one file an image below folders of the
// first two digits. Nothing outside the directory can be reached through it.
type Directory struct{ root *os.Root }

var _ Store = (*Directory)(nil)

// OpenDirectory opens the store at path and makes the directory where there is
// none.
func OpenDirectory(path string) (*Directory, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("media directory: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("media directory: %w", err)
	}
	return &Directory{root}, nil
}

// Close gives the directory back.
func (d *Directory) Close() error { return d.root.Close() }

func place(hash string) (folder, file string, err error) {
	if !validHash(hash) {
		return "", "", ErrNotStored
	}
	return hash[:2], hash[:2] + "/" + hash, nil
}

// Put writes to a file of another name, has it written to disk, and renames it.
func (d *Directory) Put(ctx context.Context, hash string, r io.Reader) (err error) {
	folder, file, err := place(hash)
	if err != nil {
		return err
	}
	if _, err := d.Stat(ctx, hash); err == nil {
		return nil
	}
	if err := d.root.Mkdir(folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	temporary := folder + "/." + rand.Text()
	f, err := d.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(temporary)
		}
	}()
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := d.root.Rename(temporary, file); err != nil {
		return err
	}
	// The new names, of the file and of its folder, must be on disk too.
	return errors.Join(d.sync(folder), d.sync("."))
}

func (d *Directory) sync(folder string) error {
	f, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open reads the file.
func (d *Directory) Open(_ context.Context, hash string) (io.ReadSeekCloser, error) {
	_, file, err := place(hash)
	if err != nil {
		return nil, err
	}
	f, err := d.root.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotStored
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Stat looks at the file.
func (d *Directory) Stat(_ context.Context, hash string) (int64, error) {
	_, file, err := place(hash)
	if err != nil {
		return 0, err
	}
	info, err := d.root.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, ErrNotStored
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Delete removes the file.
func (d *Directory) Delete(_ context.Context, hash string) error {
	_, file, err := place(hash)
	if err != nil {
		return nil
	}
	if err := d.root.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
