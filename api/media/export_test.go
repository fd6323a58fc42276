package media

import (
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

// CountConversions counts how many images are read whole at a time at most, and
// how many in all.
func (s *Service) CountConversions() (most, times *atomic.Int32) {
	most, times = new(atomic.Int32), new(atomic.Int32)
	var now atomic.Int32
	s.patience = time.Minute // everybody gets their turn, however slow the machine is
	before := s.convert
	s.convert = func(data []byte, is looks) []converted {
		times.Add(1)
		at := now.Add(1)
		defer now.Add(-1)
		for {
			seen := most.Load()
			if at <= seen || most.CompareAndSwap(seen, at) {
				break
			}
		}
		for end := time.Now().Add(time.Minute); most.Load() < 2 && time.Now().Before(end); {
			time.Sleep(time.Millisecond) // for the second
		}
		time.Sleep(5 * time.Millisecond) // long enough for a third to come in, were it let
		return before(data, is)
	}
	return most, times
}

// OccupyConverters keeps all of them at work until release, and nobody patient.
func (s *Service) OccupyConverters() (release func()) {
	for range cap(s.converters) {
		s.converters <- struct{}{}
	}
	s.patience = time.Millisecond
	return func() {
		for range cap(s.converters) {
			<-s.converters
		}
		s.patience = patience
	}
}

// SetClock changes the service's time.
func (s *Service) SetClock(c clock.Clock) { s.clock = c }

// SniffFile is the kind of a file and the name under which it would be kept.
func SniffFile(head []byte, name string) (mediaType, kept string) {
	k := sniffFile(head, name)
	return string(k), fileName(name, endingOf(k, name))
}

// InspectCopied looks at what a file says it is.
func InspectCopied(data []byte, name string) (width, height int, err error) {
	is, err := inspectCopied(data, sniffFile(data, name))
	return is.width, is.height, err
}
