package localtime_test

import (
	"fmt"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

func ExampleSeries_Expand() {
	zone, err := zones.Load("Europe/London")
	if err != nil {
		panic(err)
	}
	night := localtime.Series{
		Zone:  zone,
		Start: time.Date(2026, 10, 18, 1, 30, 0, 0, time.UTC), // what clocks show
		End:   time.Date(2026, 10, 18, 3, 0, 0, 0, time.UTC),
		Rule:  "FREQ=WEEKLY;COUNT=3",
	}
	dates, err := night.Expand(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 800)
	if err != nil {
		panic(err)
	}
	fmt.Println(night.Words())
	for _, d := range dates {
		fmt.Printf("%s is %s %q\n", localtime.Format(d.Start, false), d.At.Format(time.RFC3339), d.How)
	}
	// Output:
	// Every week on Sunday, three times
	// 2026-10-18T01:30:00 is 2026-10-18T00:30:00Z ""
	// 2026-10-25T01:30:00 is 2026-10-25T00:30:00Z "overlap"
	// 2026-11-01T01:30:00 is 2026-11-01T01:30:00Z ""
}
