package ssg

// Lock keeps other builds out of the directory until release.
func (o *Output) Lock() (release func(), err error) { return o.lock() }
