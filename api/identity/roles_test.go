package identity_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

func grants(roles ...contract.Role) []contract.RoleGrant {
	list := []contract.RoleGrant{}
	for _, role := range roles {
		list = append(list, contract.RoleGrant{Role: role})
	}
	return list
}

const calendar = "cal_019ab3f47c2e7d06b8a1f0c2d3e4f506"

// TestSetRoles: the set is stored in one order, each change is in the audit log, and roles that
// do not exist are refused.
func TestSetRoles(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org", contract.RoleAdmin), w.user("bo@example.org", contract.RoleAuthor)
	set := func(roles ...contract.RoleGrant) (identity.User, error) { return w.SetRoles(w.as(ada), bo, nil, roles) }

	u, err := set(contract.RoleGrant{Role: contract.RoleSteward}, contract.RoleGrant{Role: contract.RoleOrganiser, Calendar: calendar}, contract.RoleGrant{Role: contract.RoleSteward})
	want := []contract.RoleGrant{{Role: contract.RoleOrganiser, Calendar: calendar}, {Role: contract.RoleSteward}}
	if diff := cmp.Diff(want, u.Roles); diff != "" || err != nil {
		t.Errorf("roles: %v (-want +got)\n%s", err, diff)
	}
	if again, err := set(want...); err != nil || again.Version != u.Version {
		t.Errorf("the same roles again: version %d, %v, want %d", again.Version, err, u.Version)
	}
	if _, err := set(); err != nil {
		t.Fatal(err)
	}
	by := " by " + string(ada)
	if diff := cmp.Diff([]string{
		"user.created by " + string(bo), "role.revoked" + by, "role.granted" + by, "role.granted" + by, "role.revoked" + by, "role.revoked" + by,
	}, w.audit(bo)); diff != "" {
		t.Errorf("audit (-want +got)\n%s", diff)
	}

	for _, wrong := range []contract.RoleGrant{
		{Role: contract.RoleMember}, {Role: "queen"}, {}, {Role: contract.RoleOrganiser}, {Role: contract.RoleEditor, Calendar: calendar},
		{Role: contract.RoleOrganiser, Calendar: "cal_1"}, {Role: contract.RoleSteward, Calendar: "user_019ab3f47c2e7d06b8a1f0c2d3e4f506"},
	} {
		if _, err := set(wrong); problem.Code(err) != "invalid" {
			t.Errorf("%+v: %v, want invalid", wrong, err)
		}
	}
}

// TestOwnersOnly: an admin neither makes owners nor touches one, in no way that there is.
func TestOwnersOnly(t *testing.T) {
	w := newWorld(t)
	owner, admin, bo := w.user("owner@example.org", contract.RoleOwner), w.user("admin@example.org", contract.RoleAdmin), w.user("bo@example.org")
	invitation, err := w.Invite(w.as(owner), identity.NewInvitation{Email: "cy@example.org", Roles: grants(contract.RoleOwner)})
	if err != nil {
		t.Fatal(err)
	}
	w.mails()
	ctx := w.as(admin)
	for name, try := range map[string]func() error{
		"makes an owner": func() error { _, err := w.SetRoles(ctx, bo, nil, grants(contract.RoleOwner)); return err },
		"makes themselves one": func() error {
			_, err := w.SetRoles(ctx, admin, nil, grants(contract.RoleAdmin, contract.RoleOwner))
			return err
		},
		"takes the role": func() error { _, err := w.SetRoles(ctx, owner, nil, nil); return err },
		"gives an owner a role": func() error {
			_, err := w.SetRoles(ctx, owner, nil, grants(contract.RoleOwner, contract.RoleEditor))
			return err
		},
		"suspends an owner": func() error {
			_, err := w.UpdateUser(ctx, owner, nil, identity.UserChange{State: new("suspended")})
			return err
		},
		"renames an owner": func() error {
			_, err := w.UpdateUser(ctx, owner, nil, identity.UserChange{DisplayName: new("Fool")})
			return err
		},
		"signs an owner out": func() error { return w.EndUserSessions(ctx, owner) },
		"recovers an owner":  func() error { return w.Recover(ctx, owner, "admin2@example.org") },
		"invites an owner": func() error {
			_, err := w.Invite(ctx, identity.NewInvitation{Email: "admin2@example.org", Roles: grants(contract.RoleOwner)})
			return err
		},
		"takes an invitation back": func() error { return w.Uninvite(ctx, invitation.ID) },
	} {
		if err := try(); problem.Code(err) != "owners_only" {
			t.Errorf("an admin %s: %v, want owners_only", name, err)
		}
	}
	// Whoever registers apps could have one act for an owner who is not asked.
	p, _ := auth.PrincipalFrom(w.as(owner))
	p.Client = "client_1"
	if _, err := w.SetRoles(auth.WithPrincipal(t.Context(), p), bo, nil, grants(contract.RoleOwner)); problem.Code(err) != "owners_only" {
		t.Errorf("an app of an owner's makes an owner: %v, want owners_only", err)
	}
	if mails := w.mails(); len(mails) != 0 {
		t.Errorf("mails were sent: %v", mails)
	}
	if _, err := w.SetRoles(ctx, bo, nil, grants(contract.RoleAdmin)); err != nil {
		t.Errorf("an admin makes an admin: %v", err)
	}
	if _, err := w.SetRoles(w.as(owner), bo, nil, grants(contract.RoleOwner)); err != nil {
		t.Errorf("an owner makes an owner: %v", err)
	}
}

// TestLastOwner: the last owner stays one, who is suspended or leaves does not count.
func TestLastOwner(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org", contract.RoleOwner), w.user("bo@example.org", contract.RoleOwner)
	op := identity.AsOperator(t.Context())
	if _, err := w.PlanDeletion(w.as(bo)); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"resigns":          func() error { _, err := w.SetRoles(w.as(ada), ada, nil, nil); return err },
		"is made an admin": func() error { _, err := w.SetRoles(op, ada, nil, grants(contract.RoleAdmin)); return err },
		"is suspended": func() error {
			_, err := w.UpdateUser(op, ada, nil, identity.UserChange{State: new("suspended")})
			return err
		},
		"leaves": func() error { _, err := w.PlanDeletion(w.as(ada)); return err },
		"loses it to the operator": func() error {
			_, err := w.ChangeRoles(t.Context(), "ada@example.org", nil, grants(contract.RoleOwner))
			return err
		},
	} {
		if err := try(); problem.Code(err) != "last_owner" {
			t.Errorf("who is the last owner %s: %v, want last_owner", name, err)
		}
	}
	if err := w.KeepAccount(w.as(bo)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.UpdateUser(w.as(bo), bo, nil, identity.UserChange{State: new("suspended")}); problem.Code(err) != "own_account" {
		t.Errorf("who suspends themselves: %v, want own_account", err)
	}
	if _, err := w.UpdateUser(w.as(ada), bo, nil, identity.UserChange{State: new("suspended")}); err != nil {
		t.Errorf("one of two owners: %v", err)
	}
	if _, err := w.SetRoles(op, ada, nil, nil); problem.Code(err) != "last_owner" {
		t.Errorf("the other is suspended: %v, want last_owner", err)
	}
	if _, err := w.SetRoles(op, bo, nil, nil); err != nil {
		t.Errorf("a suspended owner loses the role: %v", err)
	}
}

// TestOwnersAtOnce: owners who take the role from each other, suspend each other and leave, all
// at once, end with one at least, whom nobody has asked to go.
func TestOwnersAtOnce(t *testing.T) {
	w := newWorld(t)
	op := identity.AsOperator(t.Context())
	suspended := identity.UserChange{State: new("suspended")}
	removals := []func(by, self context.Context, of contract.UserID) error{
		func(by, _ context.Context, of contract.UserID) error {
			_, err := w.SetRoles(by, of, nil, nil)
			return err
		},
		func(by, _ context.Context, of contract.UserID) error {
			_, err := w.UpdateUser(by, of, nil, suspended)
			return err
		},
		func(_, self context.Context, _ contract.UserID) error { _, err := w.PlanDeletion(self); return err },
	}
	for round := range 12 {
		var owners []contract.UserID
		for _, name := range []string{"ada", "bo", "cy"}[:2+round%2] {
			owners = append(owners, w.user(name+string(rune('a'+round))+"@example.org", contract.RoleOwner))
		}
		type step struct {
			by, self context.Context
			of       contract.UserID
			how      int
		}
		var mu sync.Mutex
		var steps []step
		for i := range 8 {
			of := owners[(i+1)%len(owners)]
			steps = append(steps, step{w.as(owners[i%len(owners)]), w.as(of), of, (i + round) % len(removals)})
		}
		waiting := steps
		atOnce(len(steps), func() {
			mu.Lock()
			s := waiting[0]
			waiting = waiting[1:]
			mu.Unlock()
			switch err := removals[s.how](s.by, s.self, s.of); problem.Code(err) {
			case "", "last_owner", "owners_only", "not_found":
			default:
				t.Errorf("removal %d: %v", s.how, err)
			}
		})
		if n := one[int](w, `SELECT count(*) FROM identity.role_grants g JOIN identity.users u ON u.id = g.user_id
			WHERE g.role = 'owner' AND u.state = 'active' AND u.deletion_due IS NULL`); n < 1 {
			t.Fatalf("round %d: nobody owns the site", round)
		}
		// The next round begins with nobody else.
		if _, err := w.pool.Exec(op, "DELETE FROM identity.role_grants"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoOwners: two who demote each other at once, many times: one stays each time.
func TestTwoOwners(t *testing.T) {
	w := newWorld(t)
	ada, bo := w.user("ada@example.org", contract.RoleOwner), w.user("bo@example.org", contract.RoleOwner)
	for round := range 30 {
		asAda, asBo := w.as(ada), w.as(bo)
		turn, done := make(chan bool, 2), 0
		turn <- true
		turn <- false
		var mu sync.Mutex
		atOnce(2, func() {
			ctx, of := asAda, bo
			if <-turn {
				ctx, of = asBo, ada
			}
			if _, err := w.SetRoles(ctx, of, nil, nil); err == nil {
				mu.Lock()
				done++
				mu.Unlock()
			} else if code := problem.Code(err); code != "owners_only" && code != "last_owner" {
				t.Errorf("round %d: %v", round, err)
			}
		})
		if owners := one[int](w, "SELECT count(*) FROM identity.role_grants WHERE role = 'owner'"); owners != 1 || done != 1 {
			t.Fatalf("round %d: %d owners after %d were removed, want 1 and 1", round, owners, done)
		}
		for _, user := range []contract.UserID{ada, bo} {
			if _, err := w.SetRoles(identity.AsOperator(t.Context()), user, nil, grants(contract.RoleOwner)); err != nil {
				t.Fatal(err)
			}
		}
	}
}
