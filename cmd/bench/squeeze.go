// Compressed siblings for a site whose generator makes none.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// squeezer compresses with the libraries, levels and window that our generator
// uses for pages; sameSqueeze holds it to that.
type squeezer struct {
	br *brotli.Writer
	gz *gzip.Writer
}

func newSqueezer() (s squeezer, err error) {
	s.br = brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: 5, LGWin: 16})
	s.gz, err = gzip.NewWriterLevel(nil, 6)
	return s, err
}

// squeeze returns body in both ways, by the ending of the file's name.
func (s squeezer) squeeze(body []byte) (map[string][]byte, error) {
	out := map[string][]byte{}
	for ending, w := range map[string]interface {
		io.WriteCloser
		Reset(io.Writer)
	}{".br": s.br, ".gz": s.gz} {
		var b bytes.Buffer
		w.Reset(&b)
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		out[ending] = b.Bytes()
	}
	return out, nil
}

// squeezeOf is the first argument of the process that does it to a directory.
const squeezeOf = "squeeze"

// squeezeTree makes siblings of every page and feed below args[0], on all cores.
func squeezeTree(ctx context.Context, args []string, _ io.Writer) error {
	var names []string
	err := filepath.WalkDir(args[0], func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains([]string{".html", ".xml", ".txt"}, filepath.Ext(name)) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		group.Go(func() error {
			s, err := newSqueezer()
			for i := worker; i < len(names) && err == nil && ctx.Err() == nil; i += workers {
				err = s.file(names[i])
			}
			return err
		})
	}
	return group.Wait()
}

// file makes the siblings of one file that are smaller than it.
func (s squeezer) file(name string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	made, err := s.squeeze(body)
	for ending, small := range made {
		if err == nil && len(small) < len(body) {
			err = os.WriteFile(name+ending, small, 0o644)
		}
	}
	return err
}

// sameSqueeze fails unless the siblings of a file are those that squeeze makes.
func sameSqueeze(name string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s, err := newSqueezer()
	if err != nil {
		return err
	}
	made, err := s.squeeze(body)
	if err != nil {
		return err
	}
	for ending, want := range made {
		got, err := os.ReadFile(name + ending)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s%s is not what the control makes: they compress differently", name, ending)
		}
	}
	return nil
}
