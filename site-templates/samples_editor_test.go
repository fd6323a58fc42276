package site

// editorPage is what stands around a sample of the editor's pages.
func editorPage(title string) EditorPage {
	f := sampleFrame("editor", "/editor/ghost/", title)
	f.Assets.ShopCSS, f.Assets.ShopCSSIntegrity = "/_assets/shop-0123456789.css", "sha384-shop"
	f.Head.NoIndex = true
	return EditorPage{Frame: f, Title: title}
}

func editorSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	then := Ago{ISO: "2026-05-01T08:59:48Z", Text: "12 s ago"}
	settings := []Fact{{Name: "GHOST_URL", Value: "Where your Ghost is."}}
	webhooks := []GhostWebhook{{Name: "Post updated", URL: "https://rose.example/hooks/ghost/main/post.edited"}}
	refused := editorPage("Ghost")
	refused.Message = &Message{Kind: "fault", Text: "There is nothing to choose any more."}
	asked := editorPage("Ghost")
	asked.Message = &Message{Kind: "done", Text: "Everything will be compared now."}
	return []sample{
		{"editor-ghost", EditorGhost(GhostPage{
			Editor: asked, Configured: true, Host: "ghost.example", Version: "6.65.0", At: then, RefreshURL: "/editor/ghost/", CompareURL: "/editor/ghost/compare/",
			Hooks: GhostHooks{Configured: true, Last: then, Facts: []Fact{{Name: "Waiting", Value: "0"}, {Name: "Half of them within", Value: "210 ms"}}},
			Lanes: []GhostLane{
				{Name: "Webhooks", About: "One thing is fetched", State: "fine", Done: then, Took: "210 ms", Behind: "0 ms", Waiting: "0", Seen: "1 looked at, 1 changed"},
				{Name: "Files", About: "Pictures that were missing are fetched", State: "failing", Took: "–", Behind: "–", Waiting: "3", Fault: evil, Failed: then},
				{Name: "To Ghost", About: "What was changed here", State: "never", Took: "–", Behind: "–", Waiting: "0"},
			},
			Counts:    []GhostCount{{Name: "Posts and pages", Stored: "72", Deleted: "2", Flagged: "1"}},
			Flagged:   GhostList{Items: []GhostItem{{Link: Link{Text: evil, URL: "/bread/"}, Kind: "post", Notes: []string{"unknown-card:recipe", evil}}}, More: "100"},
			Conflicts: []GhostConflict{{Link: Link{Text: evil, URL: "javascript:x()"}, Kind: "page", Found: then, Action: "/editor/ghost/conflicts/post_1/"}, {Link: Link{Text: "Gone"}, Kind: "post", Found: then, DeletedThere: true, Action: "/editor/ghost/conflicts/post_2/"}},
			Missing:   GhostList{Items: []GhostItem{{Link: Link{Text: "ghost.example/content/images/crate.jpg"}, Notes: []string{"Tried 2 times"}}}},
			Scheduled: GhostList{Items: []GhostItem{{Link: Link{Text: "Later"}, Kind: "post", When: Date{ISO: "2026-05-02T09:00:00Z", Text: "2 May 2026, 10:00"}}}},
			Settings:  settings, Webhooks: webhooks,
		})},
		{"editor-ghost-away", EditorGhost(GhostPage{Editor: refused, Configured: true, Host: "ghost.example", Fault: "It refuses the key.", At: then,
			RefreshURL: "/editor/ghost/", CompareURL: "/editor/ghost/compare/", Settings: settings, Webhooks: webhooks})},
		{"editor-ghost-none", EditorGhost(GhostPage{Editor: editorPage("Ghost"), At: then, Settings: settings, Webhooks: webhooks})},
	}
}
