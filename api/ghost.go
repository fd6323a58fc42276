// The Ghost that this app follows.

package api

import (
	"strings"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/httpx"
)

// ghostPatience is how long one answer of Ghost's may take: a page of a list may hold a
// hundred long posts.
const ghostPatience = 30 * time.Second

// newSync makes the sync with the Ghost of the settings. Without an Admin API key there
// is nothing that it could ask.
func (a *App) newSync() (*blog.Sync, error) {
	settings := a.options.Config.Ghost
	o := blog.SyncOptions{
		URL: strings.TrimSuffix(settings.URL, "/"), Secret: settings.WebhookSecret.Reveal(), WriteBack: settings.WriteBack,
		Files: a.Media, Bus: a.Bus, Log: a.options.Log,
	}
	if settings.URL != "" && settings.AdminKey.IsSet() {
		client, err := ghost.New(ghost.Options{
			URL: o.URL, AdminKey: settings.AdminKey.Reveal(), HTTP: httpx.Operator(ghostPatience), Clock: a.options.Clock,
		})
		if err != nil {
			return nil, err
		}
		o.Client = client
	}
	return blog.NewSync(a.Blog, o), nil
}
