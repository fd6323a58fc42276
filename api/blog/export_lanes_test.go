package blog

import (
	"context"
	"time"
)

// EndLaneForTest writes down that a run of a lane ended well at the sync's time.
func EndLaneForTest(y *Sync, lane Lane, since time.Time) {
	y.laneEnded(context.Background(), lane, laneRun{since: since}, nil)
}
