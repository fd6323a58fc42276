package blog_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// addresses are verified ones, kept in a table of the test so that what becomes of them
// commits and waits as it does in the service that has them.
type addresses struct{ pool *db.Pool }

func newAddresses(t testing.TB, pool *db.Pool) addresses {
	do(t, pool, `create table public.verified (address text primary key, user_id uuid not null)`)
	return addresses{pool}
}

// VerifiedBy reads the table in tx.
func (a addresses) VerifiedBy(ctx context.Context, tx pgx.Tx, address string) (contract.UserID, error) {
	var user [16]byte
	err := tx.QueryRow(ctx, `select user_id from public.verified where address = lower($1)`, address).Scan(&user)
	if err == pgx.ErrNoRows {
		return "", nil
	}
	return id.Format[contract.UserID]("user", user), err
}

// verify makes an address a user's, and tells of it.
func (a addresses) verify(t testing.TB, user contract.UserID, address string) {
	t.Helper()
	u, _ := id.Parse("user", user)
	err := db.InTx(t.Context(), a.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `insert into public.verified values ($1, $2)`, address, u); err != nil {
			return err
		}
		return bus.Emit(t.Context(), tx, contract.EmailVerified{User: user, Address: address})
	})
	if err != nil {
		t.Error(err)
	}
}

// remove takes an address away, and tells of it.
func (a addresses) remove(t testing.TB, user contract.UserID, address string) {
	t.Helper()
	err := db.InTx(t.Context(), a.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `delete from public.verified where address = $1`, address); err != nil {
			return err
		}
		return bus.Emit(t.Context(), tx, contract.EmailRemoved{User: user, Address: address})
	})
	if err != nil {
		t.Error(err)
	}
}

// memberWorld is a blog whose members are linked to users, and its bus at work.
type memberWorld struct {
	*blog.Sync
	pool      *db.Pool
	addresses addresses
}

func newMemberWorld(t testing.TB) memberWorld {
	t.Helper()
	pool := dbtest.New(t)
	w := memberWorld{pool: pool, addresses: newAddresses(t, pool)}
	b := bus.New(pool, nil, bus.StopWithin(time.Minute))
	w.Sync = blog.NewSync(blog.New(pool, clock.NewManual(noon)).WithAccounts(w.addresses), blog.SyncOptions{Bus: b})
	w.Service.Register(b)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = b.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return w
}

// eventually waits a minute at the most for something to be so.
func eventually(so func() bool) bool {
	for range 3000 {
		if so() {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// linked waits until the member with an address is a user's; nobody's for "".
func (w memberWorld) linked(t testing.TB, address string, user contract.UserID) {
	t.Helper()
	var u any
	if parsed, ok := id.Parse("user", user); ok {
		u = parsed
	}
	if !eventually(func() bool {
		return count(t, w.pool, `select count(*) from blog.members where email = $1 and user_id is not distinct from $2`, address, u) == 1
	}) {
		t.Fatalf("the member with %s is not %q's", address, user)
	}
}

func member(id, email, status string, tiers ...ghost.Ref) ghost.Object {
	return ghost.NewObject(ghost.Member{ID: id, Email: email, Status: status, Tiers: tiers})
}

func TestMembersAreWhoHasVerifiedTheirAddress(t *testing.T) {
	w := newMemberWorld(t)
	ada, bea := userID(1), userID(2)
	blog.StoreForTest(t, w.Sync, w.pool, member("m1", "Ada@Example.org", "paid"))
	w.linked(t, "Ada@Example.org", "")
	w.addresses.verify(t, ada, "ada@example.org")
	w.linked(t, "Ada@Example.org", ada)

	// Who comes from Ghost later is linked at once.
	w.addresses.verify(t, bea, "bea@example.org")
	blog.StoreForTest(t, w.Sync, w.pool, member("m2", "bea@example.org", "free"))
	w.linked(t, "bea@example.org", bea)

	// A user with two addresses is two members.
	w.addresses.verify(t, ada, "ada@work.example")
	blog.StoreForTest(t, w.Sync, w.pool, member("m3", "ada@work.example", "free"))
	w.linked(t, "ada@work.example", ada)
	w.linked(t, "Ada@Example.org", ada)

	// The member's address changes to one that is somebody else's, and to nobody's.
	blog.StoreForTest(t, w.Sync, w.pool, member("m3", "bea@example.org", "free"))
	if n := count(t, w.pool, `select count(*) from blog.members where email = 'bea@example.org' and user_id = $1`, [16]byte{15: 2}); n != 2 {
		t.Errorf("%d members are Bea's, want both", n)
	}
	blog.StoreForTest(t, w.Sync, w.pool, member("m3", "cy@example.org", "free"))
	w.linked(t, "cy@example.org", "")

	w.addresses.remove(t, ada, "ada@example.org")
	w.linked(t, "Ada@Example.org", "")

	// An old event about an address that has another owner by now changes nothing.
	if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error {
		return bus.Emit(t.Context(), tx, contract.EmailVerified{User: ada, Address: "bea@example.org"}, contract.UserDeleted{User: ada})
	}); err != nil {
		t.Fatal(err)
	}
	if !eventually(func() bool {
		return count(t, w.pool, `select count(*) from bus.domain_events where dispatched_at is null`) == 0 &&
			count(t, w.pool, `select count(*) from river.river_job where state not in ('completed', 'cancelled')`) == 0
	}) {
		t.Fatal("events wait")
	}
	w.linked(t, "bea@example.org", bea)

	e := madeBy(t, w.Service, "other", contract.StatusDraft)
	all, err := w.ExportMember(t.Context(), bea)
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(all)); strings.Join(names, " ") != "blog_memberships blog_posts" || len(all["blog_memberships"].([]blog.Member)) != 1 {
		t.Errorf("exported %v", all)
	}
	if all, err = w.ExportMember(t.Context(), userID(3)); err != nil || all["blog_posts"].([]blog.OwnPost)[0].ID != e.ID {
		t.Errorf("exported %v, %v", all, err)
	}
	for _, u := range []contract.UserID{bea, userID(3)} {
		if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error { return w.Erase(t.Context(), tx, u) }); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, w.pool, `select (select count(*) from blog.members where user_id is not null) + (select count(*) from blog.posts where created_by is not null)`); n != 0 {
		t.Errorf("%d rows name a user who is erased", n)
	}
}

// TestMembersAreLinkedWhoeverComesFirst races members that come from Ghost against
// addresses that are verified: in the end each is whose address it has.
func TestMembersAreLinkedWhoeverComesFirst(t *testing.T) {
	w := newMemberWorld(t)
	const n = 40
	var both sync.WaitGroup
	for i := range n {
		address := string(rune('a'+i%26)) + strings.Repeat("x", i/26+1) + "@example.org"
		both.Go(func() { w.addresses.verify(t, userID(byte(i+1)), address) })
		both.Go(func() {
			blog.StoreForTest(t, w.Sync, w.pool, member("m"+address, address, "free"))
		})
	}
	both.Wait()
	if !eventually(func() bool {
		return count(t, w.pool, `select count(*) from blog.members m join public.verified v on v.address = m.email where v.user_id is not distinct from m.user_id`) == n
	}) {
		t.Errorf("%d of %d members are linked", count(t, w.pool, `select count(*) from blog.members where user_id is not null`), n)
	}
}

// TestMembersReadWhatTheyMay: what each reader gets of posts for each.
func TestMembersReadWhatTheyMay(t *testing.T) {
	w := newMemberWorld(t)
	scopes := []string{auth.ScopeAccountRead, auth.ScopeAccountWrite}
	readers := apitest.Tokens{
		"plain": {Name: "u", User: userID(1), Scopes: scopes}, "free": {Name: "u", User: userID(2), Scopes: scopes},
		"paid": {Name: "u", User: userID(3), Scopes: scopes}, "gift": {Name: "u", User: userID(4), Scopes: scopes}, "comped": {Name: "u", User: userID(5), Scopes: scopes},
		"two":    {Name: "u", User: userID(6), Scopes: scopes},
		"app":    {Name: "u", User: userID(3), Client: "app", Scopes: []string{auth.ScopeMediaWrite}},
		"app+":   {Name: "u", User: userID(3), Client: "app", Scopes: []string{auth.ScopeAccountRead}},
		"pat":    {Name: "u", User: userID(3), Scopes: []string{auth.ScopeMediaWrite}},
		"editor": {Name: "u", User: userID(7), Scopes: []string{auth.ScopeBlogWrite}},
		"daemon": {Name: "p", Scopes: []string{auth.ScopeMediaWrite}},
	}
	h := api.NewHandler(api.HandlerOptions{
		Routes:     []api.Routes{w.Service.Routes, w.Sync.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, readers) }},
	})
	for n, address := range []string{"free", "paid", "gift", "comped", "two-free", "two-paid"} {
		w.addresses.verify(t, userID([]byte{2, 3, 4, 5, 6, 6}[n]), address+"@example.org")
	}
	blog.StoreForTest(t, w.Sync, w.pool,
		ghost.NewObject(ghost.Tier{ID: "t1", Slug: "supporter", Name: "Supporter", Active: true, Type: "paid", Visibility: "public"}),
		member("m1", "free@example.org", "free"), member("m2", "paid@example.org", "paid", ghost.Ref{ID: "t1"}),
		member("m3", "gift@example.org", "gift"), member("m4", "comped@example.org", "comped"),
		member("m5", "two-free@example.org", "free"), member("m6", "two-paid@example.org", "paid", ghost.Ref{ID: "t1"}))
	for _, visibility := range []contract.Visibility{contract.VisibilityPublic, contract.VisibilityMembers, contract.VisibilityPaid, contract.VisibilityTiers} {
		p := publish(t, w.Service, "For "+string(visibility), "Free words.\n\n<!--members-only-->\n\nqzgated.")
		if _, err := w.UpdatePost(t.Context(), contract.TypePost, string(p.ID), p.Version, blog.PostFields{Visibility: &visibility}); err != nil {
			t.Fatal(err)
		}
	}
	do(t, w.pool, `update blog.posts set tiers = '{supporter}' where visibility = 'tiers'`)
	opened := map[string]string{ // by reader, the posts that they read whole
		"": "public", "plain": "public members", "free": "public members", "paid": "public members paid tiers",
		"gift": "public members paid", "comped": "public members paid", "two": "public members paid tiers",
		"app": "public", "app+": "public members paid tiers", "pat": "public members paid tiers", "editor": "public members paid tiers", "daemon": "public",
	}
	for who, whole := range opened {
		for _, visibility := range strings.Fields("public members paid tiers") {
			s := apitest.Scenario{Name: who + " reads " + visibility, URL: "/v1/posts/for-" + visibility + "/body", Status: http.StatusOK, WantHeader: map[string]string{"Cache-Control": "private, no-store"}}
			if who != "" {
				s.Header = apitest.Bearer(who)
			}
			if who == "" || who == "app" || who == "daemon" {
				s.WantHeader = nil
			}
			if slices.Contains(strings.Fields(whole), visibility) {
				s.Want = []string{"Free words", "qzgated", `"access":true`}
			} else {
				s.Want, s.NotWant = []string{"Free words", `"access":false`}, []string{"qzgated"}
			}
			if visibility == "tiers" {
				s.Want = append(s.Want, `"tiers":["Supporter"]`)
			}
			apitest.Run(t, h, w.pool, []apitest.Scenario{s})
		}
	}
	// What one reader got is not another's.
	etags := map[string]string{}
	for who := range opened {
		var header map[string]string
		if who != "" {
			header = apitest.Bearer(who)
		}
		res, _ := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/posts/for-paid/body", Header: header})
		etags[who] = res.Header.Get("ETag")
	}
	if etags[""] == etags["paid"] || etags["free"] == etags["paid"] || etags["editor"] == etags["free"] {
		t.Errorf("entity tags %v", etags)
	}
}
