// Workers: reading files and following what is in them.

package linkcheck

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// worker reads files, one after the other.
type worker struct {
	*checker
	count     int // of files
	links     int
	faults    map[fault][]spot
	fragments []fragment
	// known are the addresses by tree that mean the same in all of its files: those
	// that begin at its root or with a host.
	known map[string]map[string]target

	current int32
	tree    string
	at      string // the file's own address in its tree
	own     []uint64
	mine    []fragment
}

// fragment is an id that has to be in a file which may not be read yet.
type fragment struct {
	spot
	target string
	in     int32
	id     uint64
}

func newWorker(c *checker) *worker {
	return &worker{checker: c, faults: map[fault][]spot{}, known: map[string]map[string]target{}}
}

// file reads one file, if it is of a kind that holds links.
func (w *worker) file(n int32) error {
	name := w.names[n]
	kind := path.Ext(name)
	if kind != ".html" && kind != ".xml" && kind != ".svg" {
		return nil
	}
	body, err := w.read(n)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // its page left while the others were read
	}
	if err != nil {
		return err
	}
	w.count++
	w.current, w.own, w.mine = n, nil, nil
	w.tree, w.at, _ = strings.Cut(name, "/")
	if w.known[w.tree] == nil {
		w.known[w.tree] = map[string]target{}
	}
	w.at = "/" + strings.TrimSuffix(w.at, "index.html")
	if kind == ".xml" {
		w.feed(body)
	} else {
		w.html(body, 1)
	}
	slices.Sort(w.own)
	w.ids[n] = slices.Clip(slices.Compact(w.own))
	for _, f := range w.mine {
		if !w.has(n, f.id) {
			w.fault(f.target, noFragment, f.line)
		}
	}
	return nil
}

// follow notes an address that stands in a line of the file.
func (w *worker) follow(address string, line int) {
	address = strings.Trim(address, " \t\r\n\f")
	if address == "" {
		return // the file itself
	}
	t, cached := target{}, false
	common := address[0] == '/' || strings.HasPrefix(address, "http")
	if common {
		t, cached = w.known[w.tree][address]
	}
	if !cached {
		t = w.resolve(w.tree, w.at, address)
		if common {
			w.known[w.tree][address] = t
		}
	}
	if !t.own {
		return
	}
	w.links++
	if t.reason != "" {
		w.fault(address, t.reason, int32(line))
		return
	}
	if t.file < 0 || t.id == "" || t.id == "top" || !anchored(w.names[t.file]) {
		return
	}
	f := fragment{spot{w.current, int32(line)}, address, t.file, hash(t.id)}
	if t.file == w.current {
		w.mine = append(w.mine, f)
	} else {
		w.fragments = append(w.fragments, f)
	}
}

// anchored tells the files whose ids are read.
func anchored(name string) bool {
	ext := path.Ext(name)
	return ext == ".html" || ext == ".svg"
}

func (w *worker) fault(address, reason string, line int32) {
	f := fault{address, reason}
	w.faults[f] = append(w.faults[f], spot{w.current, line})
}
