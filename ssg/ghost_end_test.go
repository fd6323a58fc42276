// How a random schedule ends: everything is compared once more, and is as the Ghost says.

package ssg_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
)

// end ends all faults, has everything compared once, and compares the site with the Ghost.
func (s *schedule) end() {
	s.faulty.Store(0)
	s.stale.Store(0)
	s.idle()
	if s.d.one(2) {
		s.deliver(append(s.Hooks(), s.late...))
		s.late = nil
		s.work(1000)
	}
	s.idle()
	held := s.missing()
	r, err := s.reconcile()
	s.note("the last comparison: %v", err)
	if len(held) > 0 {
		s.heldBack(held, r)
		r, err = s.reconcile()
	}
	if err != nil {
		s.t.Fatalf("the last comparison: %v: %+v", err, r.Faults)
	}
	if s.d.one(2) { // late webhooks do no harm
		s.deliver(append(s.Hooks(), s.late...))
		s.work(1000)
		s.idle()
	}
	if again, err := s.reconcile(); err != nil || len(again.Differences) > 0 {
		s.t.Errorf("another comparison: %v, %+v", err, again.Differences)
	}
	s.same()
	if last := int64(s.count("SELECT coalesce(max(id), 0) FROM ssg.generations WHERE kind <> 'rollback'")); s.d.one(3) && last > 1 && !s.t.Failed() {
		s.rollback(last - 1 - int64(s.d.IntN(min(int(last)-1, 5))))
	}
}

// same compares everything with the Ghost.
func (s *schedule) same() {
	state := s.State()
	s.follow(s.seen)
	s.texts.remember(state)
	s.sameDatabase(state)
	s.samePages(state)
	s.sameMoved(s.seen)
	s.indexed()
	s.hidden(s.texts.deleted(state)...)
}

// rollback goes back to an earlier generation, which brings back nothing that is hidden.
func (s *schedule) rollback(to int64) {
	deleted := s.texts.deleted(s.State())
	if _, err := s.builder.Rollback(context.Background(), to); err != nil {
		s.note("no rollback: %v", err)
		return
	}
	s.note("rolled back")
	s.hidden(deleted...)
	must(s.t, s.builder.Resume(context.Background()))
	s.samePages(s.State())
	s.hidden(deleted...)
}

// missing are the ids that are stored and not in the Ghost, of those kinds of which there
// are so many that nobody is to believe it.
func (s *schedule) missing() map[ghost.Kind][]string {
	state := s.State()
	there := map[ghost.Kind]func(id string) bool{
		ghost.KindPost: in(state.Posts), ghost.KindTag: in(state.Tags), ghost.KindUser: in(state.Users),
		ghost.KindTier: in(state.Tiers), ghost.KindNewsletter: in(state.Newsletters), ghost.KindMember: in(state.Members),
	}
	held := map[ghost.Kind][]string{}
	for kind, has := range there {
		stored := s.rows("SELECT ghost_id FROM blog.ghost_objects WHERE kind = $1 AND deleted_at IS NULL", string(kind))
		gone := slices.DeleteFunc(slices.Clone(stored), has)
		if len(gone) > 5 && len(gone)*10 > len(stored) {
			held[kind] = gone
		}
	}
	return held
}

func in[T any](m map[string]T) func(string) bool {
	return func(id string) bool { _, there := m[id]; return there }
}

// heldBack fails where anything was taken away of kinds of which too much is missing. Then
// an operator says that it is so: the webhooks come after all.
func (s *schedule) heldBack(held map[ghost.Kind][]string, r blog.Report) {
	for kind, gone := range held {
		s.note("held back: %d of kind %s", len(gone), kind)
		for _, k := range r.Kinds {
			if k.Kind == kind && (!k.HeldBack || k.Removed > 0) {
				s.t.Errorf("%d of kind %s are missing, and the comparison says %+v", len(gone), kind, k)
			}
		}
		if kind == ghost.KindUser || kind == ghost.KindTier || kind == ghost.KindNewsletter {
			for _, id := range gone {
				_, err := s.sync.Fetch(context.Background(), kind, id)
				must(s.t, err)
			}
			continue
		}
		for _, id := range gone {
			body := fmt.Sprintf(`{%q:{"current":{},"previous":{"id":%q}}}`, kind, id)
			h := ghosttest.Hook{Event: string(kind) + ".deleted", Body: []byte(body), Header: http.Header{
				"X-Ghost-Signature": {ghosttest.Sign(ghosttest.HookSecret, []byte(body), s.clock.Now())}}}
			if status, err := s.Deliver(context.Background(), h, s.hooks); status != http.StatusAccepted || err != nil {
				s.t.Errorf("a webhook: %d %v", status, err)
			}
		}
	}
	s.work(1000)
	if s.workers > 0 {
		eventually(s.t, "all webhooks are acted on", func() bool {
			return s.count("SELECT count(*) FROM river.river_job WHERE kind = 'ghost.fetch' AND finalized_at IS NULL") == 0
		})
	}
}
