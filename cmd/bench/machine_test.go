package main

import (
	"os"
	"slices"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	tests := []struct {
		stat        string
		pid, parent int
		ok          bool
	}{
		{"41 (postgres) S 7 41 41 0 -1", 41, 7, true},
		{"41 (a (b) c) d) S 7 41", 41, 7, true},
		{"41 (postgres", 0, 0, false},
		{"x (postgres) S 7", 0, 0, false},
		{"", 0, 0, false},
		{"41 (postgres) S", 0, 0, false},
	}
	for _, tt := range tests {
		pid, parent, ok := parseStat(tt.stat)
		if pid != tt.pid || parent != tt.parent || ok != tt.ok {
			t.Errorf("parseStat(%q) = %d, %d, %v, want %d, %d, %v", tt.stat, pid, parent, ok, tt.pid, tt.parent, tt.ok)
		}
	}
}

func TestParseTimes(t *testing.T) {
	for stat, want := range map[string]time.Duration{
		"41 (a) b) S 7 41 41 0 -1 4194560 4000 0 9 0 100 20 3 1 20 0 1 0 55": 1240 * time.Millisecond,
		"41 (postgres) S 7 41 41": 0,
		"41 (postgres) S 7 41 41 0 -1 4194560 4000 0 9 0 x 20 3 1 20 0": 0,
		"": 0,
	} {
		if got := parseTimes(stat); got != want {
			t.Errorf("parseTimes(%q) = %v, want %v", stat, got, want)
		}
	}
}

func TestFamily(t *testing.T) {
	list, err := family(os.Getppid())
	if err != nil {
		t.Fatal(err)
	}
	if list[0] != os.Getppid() || !slices.Contains(list, os.Getpid()) {
		t.Errorf("family(%d) = %v, which lacks this process %d", os.Getppid(), list, os.Getpid())
	}
}
