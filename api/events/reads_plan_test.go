package events_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
)

// crowded is a desk with so many dates: weekly and daily series over six years, of twenty
// calendars, one in fifty of several days.
func crowded(t testing.TB, dates int) *desk {
	t.Helper()
	h := newDesk(t)
	_, err := h.pool.Exec(context.WithoutCancel(t.Context()), fmt.Sprintf(`
		INSERT INTO events.calendars (id, slug, name, timezone, created_at, updated_at)
		SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'c-' || n, 'C ' || n, 'Europe/London', '2026-01-01', '2026-01-01' FROM generate_series(1, 20) n;
		INSERT INTO events.entries (id, calendar_id, uid, slug, state, title, timezone, local_start, local_end, rrule, edited_at, expanded_until, zone_version, created_at, updated_at)
		SELECT ('00000000-0000-7000-8001-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad((1 + n %% 20)::text, 12, '0'))::uuid, 'u' || n, 'e-' || n,
			CASE WHEN n %% 10 = 0 THEN 'draft' ELSE 'confirmed' END, 'E ' || n, 'Europe/London', '2023-01-02 19:00', '2023-01-02 21:00', 'FREQ=WEEKLY', '2026-01-01', '2029-01-01', 'x', '2026-01-01', '2026-01-01'
		FROM generate_series(1, %[1]d / 200) n;
		INSERT INTO events.occurrences (id, entry_id, recurrence_local, slug, local_start, local_end, starts_at, ends_at, created_at, updated_at)
		SELECT gen_random_uuid(), e.id, s.at, to_char(s.at, 'YYYY-MM-DD-HH24MI'), s.at, s.until, s.at AT TIME ZONE 'UTC', s.until AT TIME ZONE 'UTC', '2026-01-01', '2026-01-01'
		FROM events.entries e CROSS JOIN generate_series(0, 199) k
		CROSS JOIN LATERAL (SELECT timestamp '2023-01-02 00:00' + k * interval '11 days' + right(e.id::text, 4)::int * interval '31 minutes' AS at) a
		CROSS JOIN LATERAL (SELECT a.at, a.at + CASE WHEN k %% 50 = 7 THEN interval '9 days' ELSE interval '2 hours' END AS until) s
		WHERE e.title LIKE 'E %%';
		ANALYZE`, dates))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestPlans: among 100,000 dates a list of what comes, a month, and a calendar's list are read
// by indexes and in two statements, which do not look at many more dates than they answer.
func TestPlans(t *testing.T) {
	h := crowded(t, 100_000)
	if n := h.number("SELECT count(*) FROM events.occurrences"); n != 100_000 {
		t.Fatalf("%d dates", n)
	}
	now := h.clock.Now()
	one := []contract.CalendarID{"cal_00000000000070008000000000000003"}
	for name, q := range map[string]contract.OccurrenceQuery{
		"what comes":               {After: now, Limit: 20},
		"what comes of a calendar": {Calendars: one, After: now, Limit: 20},
		"a month":                  {From: "2026-11-01", Until: "2026-12-01"},
		"a month of a calendar":    {Calendars: one, From: "2026-11-01", Until: "2026-12-01"},
		"a day":                    {From: "2026-11-24", Until: "2026-11-25", Limit: 100},
	} {
		for round := range 8 { // a plan that knows its arguments, then one that does not
			began := time.Now()
			cards, err := h.Dates(t.Context(), q)
			if err != nil || len(cards) == 0 {
				t.Fatalf("%s: %d dates, %v", name, len(cards), err)
			}
			if round == 7 {
				t.Logf("%s: %d dates in %s", name, len(cards), time.Since(began))
			}
		}
	}
	began := time.Now()
	months, err := h.Months(t.Context(), nil)
	if err != nil || len(months) < 60 {
		t.Fatalf("%d months, %v", len(months), err)
	}
	t.Logf("%d months in %s", len(months), time.Since(began))
	began = time.Now()
	if months, err = h.Months(t.Context(), one); err != nil || len(months) < 60 {
		t.Fatalf("%d months, %v", len(months), err)
	}
	t.Logf("%d months of a calendar in %s", len(months), time.Since(began))

	for name, condition := range map[string]string{
		"what comes": `d.starts_at >= '2026-11-01 12:00Z'::timestamptz - events.longest() AND d.starts_at < '9999-12-31' AND (d.starts_at, d.id) > ('0001-01-01', '00000000-0000-0000-0000-000000000000')
			AND d.ends_at > '2026-11-01 12:00Z'`,
		"a month": `d.starts_at >= '2026-10-31Z'::timestamptz - events.longest() AND d.starts_at < '2026-12-02Z' AND (d.starts_at, d.id) > ('0001-01-01', '00000000-0000-0000-0000-000000000000')
			AND d.local_start < '2026-12-01' AND d.local_end > '2026-11-01'`,
	} {
		rows, err := h.pool.Query(t.Context(), `EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT * FROM events.date_cards d WHERE `+condition+` AND d.state = ANY ('{confirmed,postponed,cancelled}') ORDER BY d.starts_at, d.id LIMIT 2000`)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		plan := strings.Join(lines, "\n")
		if err != nil || !strings.Contains(plan, "occurrences_starts") || strings.Contains(plan, "Seq Scan on occurrences") {
			t.Errorf("%s is planned (%v)\n%s", name, err, plan)
		}
		for _, left := range regexp.MustCompile(`Rows Removed by Filter: (\d{4,})`).FindAllString(plan, -1) {
			t.Errorf("%s looks at too much: %s\n%s", name, left, plan)
		}
	}
}
