// Where the bytes are: the interface of a store, and the directory that is one.

package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// ErrNotStored is the answer of a store that does not have the bytes.
var ErrNotStored = errors.New("media: not stored")

// Store keeps bytes by the SHA-256 of them, in lower-case hex. Its methods are
// safe for concurrent use, by several processes too.
type Store interface {
	// Put keeps what r reads. When it returns nil the bytes are whole and safe;
	// otherwise there is nothing new. Bytes that are there already stay.
	Put(ctx context.Context, hash string, r io.Reader) error
	// Keep is Put for bytes whose hash is not known before they are read, however many
	// there are. When it fails there is nothing new.
	Keep(ctx context.Context, r io.Reader) (hash string, size int64, err error)
	// Open reads the bytes; ErrNotStored where there are none.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
	// Stat tells how many bytes there are; ErrNotStored where there are none.
	Stat(ctx context.Context, hash string) (size int64, err error)
	// Delete forgets the bytes; nothing happens where there are none.
	Delete(ctx context.Context, hash string) error
	// Sweep removes what a Keep that was killed before that time has left.
	Sweep(ctx context.Context, before time.Time) error
}

// Directory is a Store in a directory, one file an object below folders of the
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
	temporary := folder + "/." + rand.Text()
	if _, err := d.write(folder, temporary, r); err != nil {
		return err
	}
	return d.rename(temporary, folder, file)
}

// incoming is the folder of files whose hash is not known yet.
const incoming = ".incoming"

// Keep writes to a file in a folder of its own and counts the hash meanwhile.
func (d *Directory) Keep(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	temporary := incoming + "/" + rand.Text()
	sum := sha256.New()
	if size, err = d.write(incoming, temporary, io.TeeReader(r, sum)); err != nil {
		return "", 0, err
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	folder, file, err := place(hash)
	if err != nil {
		return "", 0, err
	}
	if _, err := d.Stat(ctx, hash); err == nil {
		return hash, size, d.root.Remove(temporary)
	}
	if err := d.folder(folder); err != nil {
		return "", 0, errors.Join(err, d.root.Remove(temporary))
	}
	return hash, size, d.rename(temporary, folder, file)
}

// Sweep removes old files of the folder of incoming ones.
func (d *Directory) Sweep(_ context.Context, before time.Time) error {
	entries, err := fs.ReadDir(d.root.FS(), incoming)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			_ = d.root.Remove(incoming + "/" + e.Name())
		}
	}
	return err
}

// write makes a file with what r reads, safe on disk; when it fails there is none.
func (d *Directory) write(folder, file string, r io.Reader) (size int64, err error) {
	if err := d.folder(folder); err != nil {
		return 0, err
	}
	f, err := d.root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(file)
		}
	}()
	size, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return size, errors.Join(err, f.Close())
}

func (d *Directory) folder(name string) error {
	if err := d.root.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// rename gives a file that is safe on disk its name.
func (d *Directory) rename(temporary, folder, file string) error {
	if err := d.root.Rename(temporary, file); err != nil {
		return errors.Join(err, d.root.Remove(temporary))
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
