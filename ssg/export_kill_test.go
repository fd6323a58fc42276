package ssg

import "sync/atomic"

// steps is what is called at the crash points; tests may change it at any time.
var steps atomic.Pointer[func(string)]

// AtSteps has f called at each step, with its name; nil ends that.
func AtSteps(f func(step string)) {
	if f == nil {
		steps.Store(nil)
	} else {
		steps.Store(&f)
	}
}

func init() {
	crashpoint = func(step string) {
		if f := steps.Load(); f != nil {
			(*f)(step)
		}
	}
}

// SetPartSize makes the parts of large builds smaller and returns what sets them
// back.
func SetPartSize(n int) (back func()) {
	was := partSize
	partSize = n
	return func() { partSize = was }
}
