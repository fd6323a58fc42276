package series_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
)

// row is one date as it is stored: its id stays as long as somebody refers to it.
type row struct {
	id         int
	recurrence time.Time
	referred   bool // saved, or with places sold
	moved      bool // it has a time of its own
	kept       bool // the series has it no more
}

// entry is a series and its rows.
type entry struct {
	series localtime.Series
	rows   []row
}

// model is entries under edits, with the rules that the service follows.
type model struct {
	entries []*entry
	lastID  int
}

func (m *model) add(t *rapid.T, s localtime.Series) {
	e := &entry{}
	m.entries = append(m.entries, e)
	m.become(t, e, s)
}

// become gives an entry another series: its rows become what Match says.
func (m *model) become(t *rapid.T, e *entry, s localtime.Series) {
	var before []time.Time
	for _, r := range e.rows {
		before = append(before, r.recurrence)
	}
	after := dated(t, s)
	rows := make([]row, len(after))
	taken := make([]bool, len(after))
	for i, to := range series.Match(before, after) {
		r := e.rows[i]
		if to >= 0 {
			r.recurrence, r.kept = after[to], false
			rows[to], taken[to] = r, true
			continue
		}
		if r.referred || r.moved {
			r.kept = true
			rows = append(rows, r)
		}
	}
	for i := range after {
		if !taken[i] {
			m.lastID++
			rows[i] = row{id: m.lastID, recurrence: after[i]}
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return a.recurrence.Compare(b.recurrence) })
	e.series, e.rows = s, rows
}

// ids are those of rows that somebody refers to, in their order.
func (m *model) ids() (ids []int) {
	for _, e := range m.entries {
		for _, r := range e.rows {
			if r.referred {
				ids = append(ids, r.id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func (m *model) check(t *rapid.T, referred []int) {
	if got := m.ids(); !slices.Equal(got, referred) {
		t.Fatalf("somebody refers to %v, and there are %v", referred, got)
	}
	seen := map[int]bool{}
	for _, e := range m.entries {
		var had []time.Time
		for i, r := range e.rows {
			if seen[r.id] {
				t.Fatalf("%d is there twice", r.id)
			}
			seen[r.id] = true
			if i > 0 && !e.rows[i-1].recurrence.Before(r.recurrence) {
				t.Fatalf("two dates at %v", r.recurrence)
			}
			if !r.kept {
				had = append(had, r.recurrence)
			} else if !r.referred && !r.moved {
				t.Fatalf("%d is kept for nobody", r.id)
			}
		}
		if want := dated(t, e.series); !slices.EqualFunc(had, want, time.Time.Equal) {
			t.Fatalf("stored are %v, and %+v has %v", had, e.series, want)
		}
	}
}

// TestEditsKeepIdentities: whatever edits follow each other, every date that somebody refers to
// is still there, once; what is stored is what the series has; and dates that an edit does not
// touch keep their ids.
func TestEditsKeepIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{}
		m.add(t, drawnSeries(t))
		var referred []int
		some := func(t *rapid.T) (*entry, int) {
			e := rapid.SampledFrom(m.entries).Draw(t, "entry")
			if len(e.rows) == 0 {
				t.Skip("no dates")
			}
			return e, rapid.IntRange(0, len(e.rows)-1).Draw(t, "date")
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { m.check(t, referred) },
			"refer": func(t *rapid.T) {
				e, i := some(t)
				if !e.rows[i].referred {
					e.rows[i].referred = true
					referred = append(referred, e.rows[i].id)
					slices.Sort(referred)
				}
			},
			"this": func(t *rapid.T) {
				e, i := some(t)
				e.rows[i].moved = true
			},
			"all": func(t *rapid.T) {
				e, _ := some(t)
				before := e.rows
				s, ok := series.Shift(e.series, drawnShift(t, e.series), e.series.End.Sub(e.series.Start))
				if !ok {
					return
				}
				m.become(t, e, s)
				m.unchanged(t, before, e)
			},
			"new rule": func(t *rapid.T) {
				e, _ := some(t)
				before := e.rows
				s := drawnSeries(t)
				s.AllDay, s.Start, s.End = e.series.AllDay, e.series.Start, e.series.End
				s.RDates, s.ExDates = e.series.RDates, e.series.ExDates
				m.become(t, e, s)
				m.unchanged(t, before, e)
			},
			"leave out": func(t *rapid.T) {
				e, i := some(t)
				before, s := e.rows, e.series
				s.ExDates = append(slices.Clone(s.ExDates), e.rows[i].recurrence)
				m.become(t, e, s)
				m.unchanged(t, before, e)
			},
			"add": func(t *rapid.T) {
				e, _ := some(t)
				before, s := e.rows, e.series
				s.RDates = append(slices.Clone(s.RDates), s.Start.AddDate(0, 0, rapid.IntRange(-30, 300).Draw(t, "where")))
				m.become(t, e, s)
				m.unchanged(t, before, e)
			},
			"following": func(t *rapid.T) {
				e, i := some(t)
				at := e.rows[i].recurrence
				head, tail, ok := series.Cut(e.series, at)
				if !ok {
					return
				}
				cut := slices.IndexFunc(e.rows, func(r row) bool { return !r.recurrence.Before(at) })
				later := &entry{rows: slices.Clone(e.rows[cut:])}
				e.rows = e.rows[:cut:cut]
				before, beforeLater := e.rows, later.rows
				last := m.lastID
				m.become(t, e, head)
				m.become(t, later, tail)
				if m.lastID != last {
					t.Fatal("a cut made new dates")
				}
				m.unchanged(t, before, e)
				m.unchanged(t, beforeLater, later)
				m.entries = append(m.entries, later)
				if moved, ok := series.Shift(tail, drawnShift(t, tail), time.Hour*24); ok {
					m.become(t, later, moved)
				}
			},
		})
	})
}

// unchanged holds that dates that an entry has before and after an edit are the same.
func (m *model) unchanged(t *rapid.T, before []row, e *entry) {
	now := map[int64]int{}
	for _, r := range e.rows {
		now[r.recurrence.Unix()] = r.id
	}
	for _, r := range before {
		if id, still := now[r.recurrence.Unix()]; still && id != r.id {
			t.Fatalf("the date of %v was %d and is %d", r.recurrence, r.id, id)
		}
	}
}
