package bus

import "testing"

// Retire does what Run does every hour.
func (b *Bus) Retire(t *testing.T) {
	t.Helper()
	if err := b.retire(t.Context()); err != nil {
		t.Fatal(err)
	}
}
