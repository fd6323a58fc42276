// From what the API says of the sync to what its page is given.

package web

import (
	"fmt"
	"time"

	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// laneTexts name the ways by which changes come, with what each does.
var laneTexts = map[string][2]string{
	"hook":   {"Webhooks", "One thing is fetched of which Ghost tells"},
	"change": {"After a change", "Everything is compared some seconds after Ghost says that the site has changed"},
	"period": {"Every ten minutes", "Everything is compared, whatever Ghost has said"},
	"manual": {"By hand", "Everything is compared because somebody asked"},
	"media":  {"Files", "Pictures, sound and films that were missing are fetched"},
	"push":   {"To Ghost", "What was changed here is brought to Ghost"},
}

// lateAfter is when the comparison that is due every ten minutes is late.
const lateAfter = 25 * 60

// kindTexts name the kinds of things that there are.
var kindTexts = map[string]string{
	"post": "Posts and pages", "tag": "Tags", "user": "Authors", "tier": "Tiers", "newsletter": "Newsletters", "member": "Members", "settings": "Settings",
}

// eventTexts are the names that Ghost's own menu has for events.
var eventTexts = map[string]string{
	"site.changed": "Site changed (rebuild)",
	"post.added":   "Post created", "post.edited": "Post updated", "post.deleted": "Post deleted",
	"page.added": "Page created", "page.edited": "Page updated", "page.deleted": "Page deleted",
	"tag.added": "Tag created", "tag.edited": "Tag updated", "tag.deleted": "Tag deleted",
	"member.added": "Member added", "member.edited": "Member updated", "member.deleted": "Member deleted",
}

// ghostSettings are what has to be set for a sync.
var ghostSettings = []site.Fact{
	{Name: "GHOST_URL", Value: "Where your Ghost is, such as https://ghost.example.org."},
	{Name: "GHOST_ADMIN_KEY", Value: "The Admin API key that the integration shows."},
	{Name: "GHOST_WEBHOOK_SECRET", Value: "A long random word of your own, which every webhook is given as its secret."},
}

func (e *Editor) ghostView(s ghostStatus, at *time.Location) site.GhostPage {
	now := s.CheckedAt
	page := site.GhostPage{
		Configured: s.Configured, Host: s.Ghost.Host, Version: s.Ghost.Version,
		At:         site.Ago{ISO: now.UTC().Format(time.RFC3339), Text: now.In(at).Format("2 Jan 2006, 15:04:05")},
		RefreshURL: ghostAddress, Settings: ghostSettings,
	}
	if !s.Ghost.Reachable {
		page.Fault = sentence(s.Ghost.Error)
	}
	page.Hooks = site.GhostHooks{Configured: s.Webhooks.Configured, Last: ago(now, s.Webhooks.LastReceivedAt), Facts: []site.Fact{
		{Name: "Waiting", Value: grouped(s.Webhooks.Waiting)},
		{Name: "Handled in the last day", Value: grouped(s.Webhooks.Handled)},
	}}
	if s.Webhooks.Handled > 0 {
		page.Hooks.Facts = append(page.Hooks.Facts,
			site.Fact{Name: "Half of them within", Value: lasting(s.Webhooks.P50Ms)}, site.Fact{Name: "95 of 100 within", Value: lasting(s.Webhooks.P95Ms)})
	}
	for _, h := range s.Webhooks.Addresses {
		page.Webhooks = append(page.Webhooks, site.GhostWebhook{Name: eventTexts[h.Event], URL: e.Sites.Main() + h.Path})
	}
	for _, l := range s.Lanes {
		page.Lanes = append(page.Lanes, l.view(now))
	}
	for _, k := range s.Kinds {
		page.Counts = append(page.Counts, site.GhostCount{Name: kindTexts[k.Kind], Stored: grouped(k.Stored), Deleted: grouped(k.Deleted), Flagged: grouped(k.Flagged)})
	}
	for _, c := range s.Conflicts {
		page.Conflicts = append(page.Conflicts, site.GhostConflict{Link: e.postLink(c.ghostPost), Kind: string(c.Type), Found: ago(now, c.FoundAt),
			DeletedThere: c.DeletedThere, Action: ghostAddress + "conflicts/" + string(c.ID) + "/"})
	}
	e.ghostLists(s, at, &page)
	return page
}

func (e *Editor) ghostLists(s ghostStatus, at *time.Location, page *site.GhostPage) {
	for _, p := range s.Flagged.Items {
		page.Flagged.Items = append(page.Flagged.Items, site.GhostItem{Link: e.postLink(p.ghostPost), Kind: string(p.Type), Notes: p.Flags})
	}
	page.Flagged.More = more(s.Flagged.Total, len(s.Flagged.Items))
	for _, m := range s.Missing.Items {
		notes := []string{}
		if m.Error != "" {
			notes = append(notes, sentence(m.Error))
		}
		tried := fmt.Sprintf("Tried %d times", m.Attempts)
		switch m.Attempts {
		case 0:
			tried = "Not tried yet"
		case 1:
			tried = "Tried once"
		}
		if m.NextAt.IsZero() {
			tried += ", given up"
		} else {
			tried += ", again " + ago(s.CheckedAt, m.NextAt).Text
		}
		page.Missing.Items = append(page.Missing.Items, site.GhostItem{Link: site.Link{Text: m.Address}, Notes: append(notes, tried)})
	}
	page.Missing.More = more(s.Missing.Total, len(s.Missing.Items))
	for _, p := range s.Scheduled.Items {
		item := site.GhostItem{Link: e.postLink(p.ghostPost), Kind: string(p.Type)}
		if !p.PublishAt.IsZero() {
			item.When = moment(p.PublishAt, at)
		}
		page.Scheduled.Items = append(page.Scheduled.Items, item)
	}
	page.Scheduled.More = more(s.Scheduled.Total, len(s.Scheduled.Items))
}

// postLink leads to a post where readers see it.
func (e *Editor) postLink(p ghostPost) site.Link {
	l := site.Link{Text: p.Title}
	if p.Path != "" {
		l.URL = e.Sites.Link(urls.Blog, urls.Blog, p.Path)
	}
	return l
}

func more(total int64, shown int) string {
	if rest := total - int64(shown); rest > 0 {
		return grouped(rest)
	}
	return ""
}

func (l ghostLane) view(now time.Time) site.GhostLane {
	v := site.GhostLane{
		Name: laneTexts[l.Lane][0], About: laneTexts[l.Lane][1], State: l.state(),
		Done: ago(now, l.SucceededAt), Took: "–", Behind: "–", Waiting: grouped(l.Waiting), Failed: ago(now, l.FailedAt), Fault: sentence(l.Error),
	}
	if !l.FinishedAt.IsZero() {
		v.Took = lasting(l.TookMs)
		v.Seen = fmt.Sprintf("%s looked at, %s changed", grouped(l.Seen), grouped(l.Changed))
		if l.Missing > 0 {
			v.Seen += ", " + grouped(l.Missing) + " missing"
		}
	}
	// The other lanes work when there is something to do: silence is no delay.
	if l.LagSeconds != nil && (l.Lane == "hook" || l.Lane == "period") {
		v.Behind = span(time.Duration(*l.LagSeconds) * time.Second)
	}
	return v
}

// state is a lane's state as one word, which is a class of the style sheet too.
func (l ghostLane) state() string {
	switch {
	case l.FailedAt.After(l.SucceededAt):
		return "failing"
	case l.StartedAt.After(l.FinishedAt):
		return "running"
	case l.SucceededAt.IsZero():
		return "never"
	case l.Lane == "period" && l.LagSeconds != nil && *l.LagSeconds > lateAfter:
		return "late"
	}
	return "fine"
}

// ago is a moment as seen from now: 12 s ago, in 5 min. The zero time is never.
func ago(now, then time.Time) site.Ago {
	if then.IsZero() {
		return site.Ago{}
	}
	a := site.Ago{ISO: then.UTC().Format(time.RFC3339)}
	switch d := now.Sub(then); {
	case d > -time.Second && d < time.Second:
		a.Text = "now"
	case d < 0:
		a.Text = "in " + span(-d)
	default:
		a.Text = span(d) + " ago"
	}
	return a
}

// span is how long something is, in one unit that suits.
func span(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 90*time.Minute:
		return fmt.Sprintf("%d min", d.Round(time.Minute)/time.Minute)
	case d < 36*time.Hour:
		return fmt.Sprintf("%d h", d.Round(time.Hour)/time.Hour)
	}
	return fmt.Sprintf("%d days", d.Round(24*time.Hour)/(24*time.Hour))
}

// lasting is milliseconds in words.
func lasting(ms int64) string {
	switch {
	case ms < 1000:
		return fmt.Sprintf("%d ms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.1f s", float64(ms)/1000)
	}
	return span(time.Duration(ms) * time.Millisecond)
}
