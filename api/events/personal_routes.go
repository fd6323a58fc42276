// The operations on what members keep for themselves.

package events

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// personalRoutes registers what members keep for themselves.
func (s *Service) personalRoutes(api huma.API) {
	huma.Register(api, personal("list-followed-calendars", http.MethodGet, "/v1/me/calendars", auth.ScopeAccountRead, "List the calendars you follow",
		"In the order of calendars."), s.listFollowed)
	huma.Register(api, personal("follow-calendar", http.MethodPut, "/v1/me/calendars/{calendar}", auth.ScopeAccountWrite, "Follow a calendar",
		"Its entries are in your own calendar from then on. Doing it twice is doing it once."), s.followCalendar)
	huma.Register(api, personal("unfollow-calendar", http.MethodDelete, "/v1/me/calendars/{calendar}", auth.ScopeAccountWrite, "Stop following a calendar",
		"Dates of it that you have saved stay saved."), s.unfollowCalendar)
	huma.Register(api, personal("list-saved-occurrences", http.MethodGet, "/v1/me/occurrences", auth.ScopeAccountRead, "List the dates you have saved",
		"In the order of time. Those whose entry is not public any more are left out. Read on with next_cursor."), s.listSaved)
	huma.Register(api, personal("save-occurrence", http.MethodPut, "/v1/me/occurrences/{occurrence}", auth.ScopeAccountWrite, "Save a date",
		"It is in your own calendar from then on, and no edit of its series removes it. Doing it twice is doing it once. "+
			"At most 1,000 (too_many_saved).", http.StatusConflict), s.saveOccurrence)
	huma.Register(api, personal("unsave-occurrence", http.MethodDelete, "/v1/me/occurrences/{occurrence}", auth.ScopeAccountWrite, "Take a saved date away",
		"Where it was not saved nothing happens."), s.unsaveOccurrence)
	huma.Register(api, personal("list-calendar-feeds", http.MethodGet, "/v1/me/calendar-feeds", auth.ScopeAccountRead, "List the addresses of your own calendar",
		"The oldest first; the addresses themselves are not told again."), s.listFeeds)
	create := personal("create-calendar-feed", http.MethodPost, "/v1/me/calendar-feeds", auth.ScopeAccountWrite, "Make an address of your own calendar",
		"A secret address under which calendar programs find what you follow and have saved. Whoever knows it can read that; it is shown once. "+
			"Private entries are told there as Busy, to their organisers too. "+
			"It is made in a session of the pages only (session_required). At most ten (too_many_feeds).", http.StatusConflict)
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, s.createFeed)
	huma.Register(api, personal("delete-calendar-feed", http.MethodDelete, "/v1/me/calendar-feeds/{feed}", auth.ScopeAccountWrite, "Revoke an address of your own calendar",
		"From then on nothing is found there."), s.revokeFeed)
}

// personal is an operation on what is whoever's who asks.
func personal(id, method, path, scope, summary, description string, errors ...int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"My calendar"}, Summary: summary,
		Description: description, Security: auth.Scope(scope), Errors: errors}
}

// FollowedList is calendars that somebody follows.
type FollowedList struct {
	Items []FollowedCalendar `json:"items"`
}

// SavedList is some dates that somebody has saved.
type SavedList struct {
	Items      []SavedDate `json:"items"`
	NextCursor string      `json:"next_cursor,omitempty" example:"eyJhIjoiMjAyNi0xMS0yNFQxOTowMDowMFoifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// FeedList is the addresses of somebody's own calendar.
type FeedList struct {
	Items []Feed `json:"items"`
}

// NewFeed is an address that is to be made.
type NewFeed struct {
	Name string `json:"name" minLength:"1" maxLength:"80" pattern:"\\S" example:"Phone" doc:"Where it is used, to know it by."`
}

// FeedRef names an address in a path.
type FeedRef struct {
	Feed FeedID `path:"feed" pattern:"^feed_[0-9a-f]{32}$" maxLength:"37" example:"feed_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Id of the address."`
}

func (s *Service) listFollowed(ctx context.Context, _ *struct{}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         FollowedList
}, error) {
	list, err := s.FollowedCalendars(ctx)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         FollowedList
	}{cachePrivate, FollowedList{list}}, err
}

func (s *Service) followCalendar(ctx context.Context, in *CalendarRef) (*struct{}, error) {
	return nil, s.Follow(ctx, in.Calendar)
}

func (s *Service) unfollowCalendar(ctx context.Context, in *CalendarRef) (*struct{}, error) {
	return nil, s.Unfollow(ctx, in.Calendar)
}

func (s *Service) listSaved(ctx context.Context, in *struct {
	After  time.Time `query:"after" doc:"Only those that end later than this instant."`
	Limit  int       `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string    `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         SavedList
}, error) {
	list, next, err := s.SavedDates(ctx, in.After, in.Limit, in.Cursor)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         SavedList
	}{cachePrivate, SavedList{list, next}}, err
}

func (s *Service) saveOccurrence(ctx context.Context, in *OccurrenceRef) (*struct{}, error) {
	return nil, s.Save(ctx, in.Occurrence)
}

func (s *Service) unsaveOccurrence(ctx context.Context, in *OccurrenceRef) (*struct{}, error) {
	return nil, s.Unsave(ctx, in.Occurrence)
}

func (s *Service) listFeeds(ctx context.Context, _ *struct{}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         FeedList
}, error) {
	list, err := s.Feeds(ctx)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         FeedList
	}{cachePrivate, FeedList{list}}, err
}

func (s *Service) createFeed(ctx context.Context, in *struct{ Body NewFeed }) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         MadeFeed
}, error) {
	feed, err := s.CreateFeed(ctx, in.Body.Name)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         MadeFeed
	}{cachePrivate, feed}, err
}

func (s *Service) revokeFeed(ctx context.Context, in *FeedRef) (*struct{}, error) {
	return nil, s.RevokeFeed(ctx, in.Feed)
}
