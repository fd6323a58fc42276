package blog_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db/dbtest"
)

func TestMembersOverHTTP(t *testing.T) {
	pool := dbtest.New(t)
	h, y := syncAPI(t, pool, blog.SyncOptions{})
	blog.StoreForTest(t, y, pool,
		ghost.NewObject(ghost.Tier{ID: "t1", Slug: "free", Name: "Free", Active: true, Type: "free", Visibility: "public"}),
		ghost.NewObject(ghost.Tier{ID: "t2", Slug: "supporter", Name: "Supporter", Description: "Oven", Active: true, Type: "paid", Visibility: "public", Currency: "gbp",
			MonthlyPrice: ptr(int64(500)), YearlyPrice: ptr(int64(5000)), Benefits: []string{"b1", "b2"}, TrialDays: 7}),
		ghost.NewObject(ghost.Tier{ID: "t3", Slug: "old", Name: "Old", Type: "paid", Visibility: "public"}),
		ghost.NewObject(ghost.Tier{ID: "t4", Slug: "hidden", Name: "Hidden", Active: true, Type: "paid", Visibility: "none"}),
		ghost.NewObject(ghost.Tier{ID: "t5", Slug: "odd", Name: "Odd", Active: true, Type: "barter", Visibility: "friends", Currency: "shells", MonthlyPrice: ptr(int64(-1)), TrialDays: -3}),
		ghost.NewObject(ghost.Newsletter{ID: "n1", Slug: "weekly", Name: "Weekly", Status: "active", Visibility: "members", SubscribeOnSignup: true, SortOrder: 2}),
		ghost.NewObject(ghost.Newsletter{ID: "n2", Slug: "first", Name: "First", Status: "active", Visibility: "members", SortOrder: 1}),
		ghost.NewObject(ghost.Newsletter{ID: "n3", Slug: "past", Name: "Past", Status: "archived", Visibility: "members"}),
		ghost.NewObject(ghost.Newsletter{ID: "n4", Slug: "odd", Name: "Odd", Status: "resting", Visibility: "members"}),
		ghost.NewObject(ghost.Newsletter{ID: "n5", Slug: "paid-only", Name: "Paid", Status: "active", Visibility: "paid"}),
		ghost.NewObject(ghost.Member{ID: "m1", UUID: "499d9183-1179-4580-98e3-81bc82f85e30", Email: "Ada@Example.org", Name: "Ada", Status: "paid",
			Labels: []ghost.Label{{Slug: "vip"}}, Newsletters: []ghost.Ref{{ID: "n1"}, {ID: "gone"}}, Tiers: []ghost.Ref{{ID: "t2"}}}),
		ghost.NewObject(ghost.Member{ID: "m2", UUID: "no uuid", Email: "bea@example.org", Status: "royal"}),
		ghost.NewObject(ghost.Member{ID: "m3", Email: "cy@example.org", Status: "comped"}),
	)
	post := apitest.Bearer("post")
	apitest.Run(t, h, pool, []apitest.Scenario{
		{Name: "tiers", URL: "/v1/tiers", Status: 200, WantHeader: map[string]string{"Cache-Control": "public, no-cache"},
			Want:    []string{`"slug":"free"`, `"slug":"supporter"`, `"monthly_price":{"amount_minor":500,"currency":"GBP"}`, `"yearly_price":{"amount_minor":5000`, `"trial_days":7`, `"benefits":["b1","b2"]`},
			NotWant: []string{"old", "hidden", "odd", "@"}},
		{Name: "newsletters", URL: "/v1/newsletters", Status: 200, Want: []string{`"slug":"first"`, `"slug":"weekly"`}, NotWant: []string{"past", "odd", "paid-only", "@"}},
		{Name: "members for everybody", URL: "/v1/members", Status: 401, NotWant: []string{"@"}},
		{Name: "members for editors", URL: "/v1/members", Header: editor, Status: 403, NotWant: []string{"@"}},
		{Name: "members", URL: "/v1/members", Header: post, Status: 200, WantHeader: map[string]string{"Cache-Control": "private, no-store"},
			Want: []string{`"email":"Ada@Example.org"`, `"labels":["vip"]`, `"tiers":["supporter"]`, `"newsletters":["weekly"]`, `"email":"bea@example.org","status":"free"`}, NotWant: []string{"gone", "user_id"}},
		{Name: "by e-mail", URL: "/v1/members?email=ADA@example.ORG", Header: post, Status: 200, Want: []string{"Ada@"}, NotWant: []string{"bea@"}},
		{Name: "nobody's e-mail", URL: "/v1/members?email=" + apitest.Canary, Header: post, Status: 200, Want: []string{`"items":[]`}},
		{Name: "a bad cursor", URL: "/v1/members?cursor=" + apitest.Canary, Header: post, Status: 422, Want: []string{"invalid_cursor"}},
		{Name: "no such method", Method: "POST", URL: "/v1/members", Header: post, Status: 405},
	})
	var seen []string
	next := ""
	for range 5 {
		_, body := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/members?limit=2&cursor=" + next, Header: post})
		var page blog.MemberList
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			seen = append(seen, m.Email)
		}
		if next = page.NextCursor; next == "" {
			break
		}
	}
	if got := fmt.Sprint(seen); got != "[Ada@Example.org bea@example.org cy@example.org]" {
		t.Errorf("walked %s", got)
	}

	// A member whose e-mail changes is nobody's until it is verified again.
	user := id.New()
	do(t, pool, `update blog.members set user_id = $1 where email = 'Ada@Example.org'`, user)
	userOf := func(email string) (got string) {
		t.Helper()
		_, body := apitest.Ask(t, h, apitest.Scenario{URL: "/v1/members?email=" + email, Header: post})
		var page blog.MemberList
		if err := json.Unmarshal(body, &page); err != nil || len(page.Items) != 1 {
			t.Fatalf("%v %s", err, body)
		}
		return page.Items[0].UserID
	}
	ada := ghost.Member{ID: "m1", Email: "ada@example.org", Name: "Ada B", Status: "paid"}
	blog.StoreForTest(t, y, pool, ghost.NewObject(ada))
	if got := userOf("ada@example.org"); got != id.Format[string]("user", user) {
		t.Errorf("with the same e-mail the member is %q", got)
	}
	ada.Email = "ada@elsewhere.example"
	blog.StoreForTest(t, y, pool, ghost.NewObject(ada))
	if got := userOf("ada@elsewhere.example"); got != "" {
		t.Errorf("with a new e-mail the member is still %q", got)
	}

	for _, kind := range []ghost.Kind{ghost.KindMember, ghost.KindTier, ghost.KindNewsletter} {
		blog.RemoveForTest(t, y, pool, kind)
	}
	if n := count(t, pool, `select (select count(*) from blog.members) + (select count(*) from blog.tiers) + (select count(*) from blog.newsletters)`); n != 0 {
		t.Errorf("%d are left", n)
	}
}
