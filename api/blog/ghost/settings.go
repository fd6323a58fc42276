// The publication's settings: which are taken, and how their values are spelt.

package ghost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// settingKeys are those of Ghost's settings that something is made of. What is not
// listed (keys of payment and mail providers among them) is never kept.
var settingKeys = map[string]bool{}

func init() {
	for _, key := range []string{
		"title", "description", "logo", "icon", "cover_image", "accent_color", "locale", "timezone",
		"navigation", "secondary_navigation", "codeinjection_head", "codeinjection_foot",
		"meta_title", "meta_description", "og_image", "og_title", "og_description",
		"twitter_image", "twitter_title", "twitter_description",
		"facebook", "twitter", "threads", "bluesky", "mastodon", "tiktok", "youtube", "instagram", "linkedin",
		"announcement_content", "announcement_background", "announcement_visibility",
		"members_signup_access", "default_content_visibility",
		"portal_button", "portal_name", "portal_plans", "portal_button_signup_text", "portal_signup_terms_html",
	} {
		settingKeys[key] = true
	}
}

// setting is one of Ghost's settings as the Admin API and exports write it.
type setting struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// readSettings takes what is kept. The Admin API says true where an export says "true",
// and lists are JSON within text, with or without spaces.
func readSettings(all []setting) Settings {
	kept := Settings{}
	for _, s := range all {
		if !settingKeys[s.Key] {
			continue
		}
		value := withoutNUL(s.Value)
		var text string
		switch {
		case json.Unmarshal(value, &text) == nil: // null leaves it empty
		case string(value) == "true" || string(value) == "false":
			text = string(value)
		}
		if list := []byte(text); len(list) > 0 && (list[0] == '[' || list[0] == '{') {
			var compact bytes.Buffer
			if json.Compact(&compact, list) == nil {
				text = compact.String()
			}
		}
		if text != "" {
			kept[s.Key] = text
		}
	}
	return kept
}

func (c *Client) settings(ctx context.Context) (Object, error) {
	raw, err := c.ask(ctx, http.MethodGet, "settings/", nil, nil)
	if errors.Is(err, ErrNotFound) {
		return Object{}, &Fault{Status: http.StatusNotFound, Reason: "it does not know this part of the Admin API"}
	}
	if err != nil {
		return Object{}, err
	}
	var answer struct {
		Settings []setting `json:"settings"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return Object{}, useless("its settings cannot be read", err)
	}
	kept := readSettings(answer.Settings)
	if kept["title"] == "" {
		return Object{}, useless("its settings have no title", nil)
	}
	return NewObject(kept), nil
}
