// The months in which something happens.

package events

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
)

// Months are those that have dates, in their order, with how many visitors see in each; nil:
// of all calendars that are not archived. A month is local, by the wall times of entries: a
// date counts in each month that it touches. What counts is what Dates answers, "Busy" too.
func (s *Service) Months(ctx context.Context, calendars []contract.CalendarID) ([]contract.MonthCount, error) {
	q := s.queries()
	named, err := calendarsNamed(ctx, q, calendars)
	if err != nil {
		return nil, err
	}
	rows, err := q.Months(ctx, named)
	months := make([]contract.MonthCount, len(rows))
	for i, r := range rows {
		months[i] = contract.MonthCount{Month: r.Month, Count: int(r.Count)}
	}
	return months, err
}
