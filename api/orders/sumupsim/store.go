// The file: a line for every change, written before its answer is sent.

package sumupsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// change is what one request alters, all of it or nothing: a line of the file.
type change struct {
	Checkouts    []*checkout    `json:"checkouts,omitempty"`
	Transactions []*transaction `json:"transactions,omitempty"`
	Offset       *time.Duration `json:"offset,omitempty"`
	Chargebacks  *[]later       `json:"chargebacks,omitempty"`
}

// keep makes a change, in the file first. A process that is killed afterwards has it: the
// line is with the system. After a fault of the file nothing is answered any more, for the
// ledger would be wrong.
func (s *Sim) keep(c change) error {
	if s.failed != nil {
		return s.failed
	}
	if s.file != nil {
		line, err := json.Marshal(c)
		if err == nil {
			_, err = s.file.Write(append(line, '\n'))
		}
		if err != nil {
			s.failed = fmt.Errorf("sumupsim: %w", err)
			return s.failed
		}
	}
	s.state.apply(c)
	return nil
}

func (s *state) apply(c change) {
	for _, c := range c.Checkouts {
		s.keepCheckout(c)
	}
	for _, t := range c.Transactions {
		s.keepTransaction(t)
	}
	if c.Offset != nil {
		s.Offset = *c.Offset
	}
	if c.Chargebacks != nil {
		s.Chargebacks = *c.Chargebacks
	}
}

// load reads the file, leaves out a last line that was not finished, and writes it anew with
// one line a thing.
func (s *Sim) load() error {
	text, err := os.ReadFile(s.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sumupsim: %w", err)
	}
	for number := 1; ; number++ {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break
		}
		text = rest
		var c change
		if err := json.Unmarshal(line, &c); err != nil {
			return fmt.Errorf("sumupsim: line %d of %s is not one of a simulator's file", number, s.File)
		}
		for _, t := range c.Transactions {
			if t.Sequence < 1 || t.Sequence > int64(len(s.state.Order))+1 {
				return fmt.Errorf("sumupsim: line %d of %s comes before its time", number, s.File)
			}
			s.state.keepTransaction(t)
		}
		c.Transactions = nil
		s.state.apply(c)
	}
	fresh := s.File + ".new"
	if err := os.WriteFile(fresh, s.state.lines(), 0o600); err != nil {
		return fmt.Errorf("sumupsim: %w", err)
	}
	if err := os.Rename(fresh, s.File); err != nil {
		return fmt.Errorf("sumupsim: %w", err)
	}
	if s.file, err = os.OpenFile(s.File, os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return fmt.Errorf("sumupsim: %w", err)
	}
	return nil
}

// lines is the whole state as a file.
func (s *state) lines() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	for _, t := range s.Order {
		encoder.Encode(change{Transactions: []*transaction{t}})
	}
	for _, c := range s.Checkouts {
		encoder.Encode(change{Checkouts: []*checkout{c}})
	}
	encoder.Encode(change{Offset: &s.Offset, Chargebacks: &s.Chargebacks})
	return b.Bytes()
}
