package localtime_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
)

// weekly is a series that has nothing wrong.
func weekly(t testing.TB) localtime.Series {
	t.Helper()
	return aCase{Zone: "Europe/London", Start: "2026-11-24T19:00:00", End: "2026-11-24T22:00:00", Rule: "FREQ=WEEKLY;BYDAY=TU"}.series(t)
}

func TestCheck(t *testing.T) {
	until := time.Date(2028, 11, 24, 0, 0, 0, 0, time.UTC)
	day := func(d int) time.Time { return time.Date(2026, 11, d, 19, 0, 0, 0, time.UTC) }
	rule := func(r string) func(*localtime.Series) { return func(s *localtime.Series) { s.Rule = r } }
	for name, test := range map[string]struct {
		change      func(*localtime.Series)
		field, code string
	}{
		"a series":               {func(*localtime.Series) {}, "", ""},
		"once":                   {rule(""), "", ""},
		"a moment":               {func(s *localtime.Series) { s.End = s.Start }, "", ""},
		"all parts":              {rule("FREQ=MONTHLY;INTERVAL=1;BYDAY=4TU,-1FR;BYMONTH=11,12;BYSETPOS=1;WKST=SU;COUNT=4"), "", ""},
		"until that day":         {rule("FREQ=DAILY;UNTIL=20261124"), "", ""},
		"quiet for a long time":  {func(s *localtime.Series) { s.Rule = "FREQ=YEARLY;INTERVAL=100"; s.ExDates = []time.Time{day(24)} }, "", ""},
		"begins after that time": {func(s *localtime.Series) { s.Start, s.End = s.Start.AddDate(0, 0, 2800), s.End.AddDate(0, 0, 2800) }, "", ""},
		"zone":                   {func(s *localtime.Series) { s.Zone = nil }, "timezone", "unknown_timezone"},
		"end":                    {func(s *localtime.Series) { s.End = s.Start.Add(-time.Second) }, "local_end", "end_before_start"},
		"no day":                 {func(s *localtime.Series) { s.AllDay = true }, "local_end", "end_before_start"},
		"long":                   {func(s *localtime.Series) { s.End = s.Start.AddDate(1, 0, 2) }, "local_end", "too_long"},
		"hourly":                 {rule("FREQ=HOURLY"), "rrule", "rule_frequency"},
		"minutely":               {rule("FREQ=MINUTELY;INTERVAL=1440"), "rrule", "rule_frequency"},
		"secondly":               {rule("FREQ=SECONDLY;COUNT=1"), "rrule", "rule_frequency"},
		"hours":                  {rule("FREQ=DAILY;BYHOUR=19"), "rrule", "rule_part"},
		"minutes":                {rule("FREQ=DAILY;BYMINUTE=0"), "rrule", "rule_part"},
		"seconds":                {rule("FREQ=DAILY;BYSECOND=0"), "rrule", "rule_part"},
		"days of the year":       {rule("FREQ=YEARLY;BYYEARDAY=328"), "rrule", "rule_part"},
		"weeks":                  {rule("FREQ=YEARLY;BYWEEKNO=48"), "rrule", "rule_part"},
		"another calendar":       {rule("FREQ=YEARLY;RSCALE=HEBREW"), "rrule", "rule_part"},
		"both ends":              {rule("FREQ=WEEKLY;COUNT=3;UNTIL=20270101"), "rrule", "rule_count_and_until"},
		"over before":            {rule("FREQ=WEEKLY;UNTIL=20261123"), "rrule", "rule_empty"},
		"other day":              {rule("FREQ=WEEKLY;BYDAY=WE"), "rrule", "start_outside_rule"},
		"never":                  {rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"), "rrule", "start_outside_rule"},
		"too many":               {rule("FREQ=DAILY;COUNT=731"), "rrule", "too_many_dates"},
		"all left out": {func(s *localtime.Series) {
			s.Rule = "FREQ=DAILY;COUNT=2"
			s.ExDates = []time.Time{day(24), day(25)}
		}, "rrule", "rule_empty"},
		"added in bulk":    {func(s *localtime.Series) { s.RDates = make([]time.Time, 801) }, "rdates", "too_many_dates"},
		"left out in bulk": {func(s *localtime.Series) { s.ExDates = make([]time.Time, 801) }, "exdates", "too_many_dates"},
	} {
		t.Run(name, func(t *testing.T) {
			s := weekly(t)
			test.change(&s)
			err := s.Check(until, 730)
			var fault *localtime.Fault
			if test.code == "" {
				if err != nil {
					t.Fatalf("Check = %v", err)
				}
				return
			}
			if !errors.As(err, &fault) || fault.Field != test.field || fault.Code != test.code {
				t.Fatalf("Check = %v, want %s of %s", err, test.code, test.field)
			}
			if strings.TrimSpace(fault.Detail) == "" || !strings.HasSuffix(fault.Detail, ".") {
				t.Errorf("its words are %q", fault.Detail)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	for rule, want := range map[string]string{
		"": "",
		"freq=weekly;interval=1;byday=th,tu,th;wkst=mo":                             "FREQ=WEEKLY;BYDAY=TU,TH",
		"BYMONTH=12,6;BYDAY=-1FR,+2TU;COUNT=010;FREQ=MONTHLY;INTERVAL=2;BYSETPOS=1": "FREQ=MONTHLY;COUNT=10;INTERVAL=2;BYDAY=2TU,-1FR;BYMONTH=6,12;BYSETPOS=1",
		"FREQ=MONTHLY;BYMONTHDAY=-1,15,1,-2;WKST=SU":                                "FREQ=MONTHLY;BYMONTHDAY=1,15,-2,-1;WKST=SU",
		"FREQ=DAILY;UNTIL=20261224T190000":                                          "FREQ=DAILY;UNTIL=20261224T190000",
		"FREQ=DAILY;UNTIL=20261224":                                                 "FREQ=DAILY;UNTIL=20261224T235959",
		"FREQ=YEARLY;BYWEEKNO=1,-1;BYYEARDAY=3;BYHOUR=9;BYMINUTE=5;BYSECOND=0":      "FREQ=YEARLY;BYSECOND=0;BYMINUTE=5;BYHOUR=9;BYYEARDAY=3;BYWEEKNO=1,-1",
	} {
		got, err := localtime.Canonical(rule, false)
		if err != nil || got != want {
			t.Errorf("Canonical(%q) = %q, %v, want %q", rule, got, err, want)
		}
	}
	if got, err := localtime.Canonical("FREQ=DAILY;UNTIL=20261224T190000", true); err != nil || got != "FREQ=DAILY;UNTIL=20261224" {
		t.Errorf("of whole days: %q, %v", got, err)
	}
}

// wrongRules are rules that nothing accepts.
var wrongRules = []string{
	"WEEKLY", "FREQ", "FREQ=", "FREQ=FORTNIGHTLY", "INTERVAL=2", ";", "FREQ=DAILY;", "FREQ=DAILY;;COUNT=2", "RRULE:FREQ=DAILY", "FREQ=DAILY;FREQ=DAILY",
	"FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;COUNT=+1", "FREQ=DAILY;COUNT=1.5", "FREQ=DAILY;COUNT=99999999999999999999", "FREQ=DAILY;INTERVAL=0",
	"FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;UNTIL=2026-12-24", "FREQ=DAILY;UNTIL=20261224T190000Z", "FREQ=DAILY;UNTIL=20260229", "FREQ=DAILY;UNTIL=00000101",
	"FREQ=DAILY;UNTIL=00010101", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYDAY=2MO", "FREQ=DAILY;BYDAY=-1MO",
	"FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO", "FREQ=MONTHLY;BYDAY=MONDAY", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "FREQ=MONTHLY;BYMONTHDAY=0",
	"FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-32", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=-1", "FREQ=YEARLY;BYMONTH=0",
	"FREQ=MONTHLY;BYYEARDAY=1", "FREQ=MONTHLY;BYWEEKNO=1", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "FREQ=DAILY;WKST=1", "FREQ=DAILY;BYSECOND=60",
	"FREQ=DAILY;BYHOUR=24", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;DTSTART=20260101", "FREQ=DAILY\r\nX:1", "FREQ=DAILY;BYMONTH=" + strings.Repeat("1,", 300) + "1",
}

func TestCanonicalRefuses(t *testing.T) {
	for _, rule := range wrongRules {
		got, err := localtime.Canonical(rule, false)
		var fault *localtime.Fault
		if !errors.As(err, &fault) || fault.Field != "rrule" || fault.Detail == "" {
			t.Errorf("Canonical(%q) = %q, %v", rule, got, err)
		}
	}
}

// TestFaultsEchoNothing: what is said is one of few sentences, whatever was sent.
func TestFaultsEchoNothing(t *testing.T) {
	said := map[string]bool{}
	for _, rule := range wrongRules {
		for _, text := range []string{rule, rule + "Q7", strings.Replace(rule, "FREQ", "FREQZZ9", 1)} {
			if _, err := localtime.ParseRule(text); err != nil {
				said[err.Error()] = true
			}
		}
	}
	if len(said) > 25 {
		t.Errorf("%d sentences", len(said))
	}
	for text := range said {
		for _, bad := range []string{"Q7", "ZZ9", "FORTNIGHTLY", "\r", "20260229"} {
			if strings.Contains(text, bad) {
				t.Errorf("%q has %q", text, bad)
			}
		}
	}
}

func TestWords(t *testing.T) {
	added := []time.Time{time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	for rule, want := range map[string]string{
		"":                                              "",
		"FREQ=DAILY":                                    "Every day",
		"FREQ=DAILY;INTERVAL=2;COUNT=10":                "Every two days, ten times",
		"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR":               "Every day from Monday to Friday",
		"FREQ=WEEKLY":                                   "Every week on Tuesday",
		"FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270603":        "Every week on Tuesday and Thursday, until 3 June 2027",
		"FREQ=WEEKLY;INTERVAL=2;UNTIL=20270603":         "Every two weeks on Tuesday, until 3 June 2027",
		"FREQ=WEEKLY;INTERVAL=13;COUNT=20":              "Every 13 weeks on Tuesday, 20 times",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU":        "Every day",
		"FREQ=WEEKLY;BYMONTH=11,12,1":                   "Every week on Tuesday in January, November and December",
		"FREQ=MONTHLY":                                  "Every month on the 24th",
		"FREQ=MONTHLY;BYMONTHDAY=1,22,-1":               "Every month on the 1st, 22nd and last day",
		"FREQ=MONTHLY;BYDAY=4TU":                        "Every month on the fourth Tuesday",
		"FREQ=MONTHLY;BYDAY=-1FR,-2TU;INTERVAL=3":       "Every three months on the second to last Tuesday and the last Friday",
		"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13":           "Every month on the 13th, if that is a Friday",
		"FREQ=MONTHLY;BYDAY=TU,FR;BYMONTHDAY=12,13":     "Every month on the 12th and 13th, if that is a Tuesday or a Friday",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": "Every month on the last day from Monday to Friday",
		"FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2":           "Every month on the second Tuesday or Thursday",
		"FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=1":       "Every month on the first of these: the 1st and 15th",
		"FREQ=YEARLY":                                   "Every year on 24 November",
		"FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24,25":       "Every year on 24 and 25 November",
		"FREQ=YEARLY;BYMONTH=5;BYDAY=2SU;COUNT=1":       "Every year on the second Sunday in May, once",
		"FREQ=YEARLY;BYMONTH=6,7":                       "Every year on the 24th in June and July",
		"FREQ=YEARLY;BYDAY=20MO":                        "Every year on the 20th Monday of the year",
		"FREQ=YEARLY;BYMONTHDAY=24":                     "Every year on the 24th of every month",
		"FREQ=HOURLY":                                   "On several dates",
		"nonsense":                                      "On several dates",
	} {
		s := weekly(t)
		s.Rule = rule
		if got := s.Words(); got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
		s.RDates = added
		want = strings.TrimPrefix(want+", and on other dates", ", and on other dates")
		if rule == "" || strings.HasPrefix(want, "On several") {
			want = "On several dates"
		}
		if got := s.Words(); got != want {
			t.Errorf("%s and others: %q, want %q", rule, got, want)
		}
	}
}
