package media

import (
	"sync/atomic"
	"time"
)

// CountConversions counts how many images are read whole at a time at most, and
// how many in all.
func (s *Service) CountConversions() (most, times *atomic.Int32) {
	most, times = new(atomic.Int32), new(atomic.Int32)
	var now atomic.Int32
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
