// Crash points: the steps between which a process may die and lose nothing.

package ssg

// crashpoint is called at named steps. Only tests set it, to stop or kill the
// process there.
var crashpoint func(step string)

func reached(step string) {
	if crashpoint != nil {
		crashpoint(step)
	}
}
