// Part identity: what signing in costs. A code exchanged for tokens beside two bare
// inserts, and a request with a session's cookie beside the same request without.

package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

const (
	// tokenGoal is the most processor time an exchange may take, server and PostgreSQL
	// together, as a multiple of two bare inserts.
	tokenGoal = 2.0
	// sessionGoal is what knowing who is signed in may add to a request.
	sessionGoal = 60 * time.Microsecond

	issuerHost  = "localhost:8080"
	redirectURI = "https://client.example/callback"
)

func (b *bench) identity(ctx context.Context) (err error) {
	b.say("identity: a private PostgreSQL, a client and a member")
	cluster, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(b.work, "identity"), BinDir: b.pgBin, Durable: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	if err := db.Migrate(ctx, cluster.URL(), quiet); err != nil {
		return err
	}
	people, err := someone(ctx, cluster.URL())
	if err != nil {
		return err
	}
	defer people.conn.Close(context.WithoutCancel(ctx))
	postmaster, err := postmasterOf(cluster.Dir())
	if err != nil {
		return err
	}
	pair := [2]*side{}
	for i, name := range []string{"serve-ours", "serve-inserts"} {
		dir := filepath.Join(b.work, "identity-"+name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		if pair[i], err = startSide(ctx, name, cluster.URL(), dir); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pair[i].stop()) }()
	}
	if err := b.exchanges(ctx, people, pair, postmaster); err != nil {
		return err
	}
	return b.sessionChecks(ctx, people, pair[0], postmaster)
}

// exchanges measures the token endpoint: with an ID token, which is one RSA signature of
// 2048 bits more, and without.
func (b *bench) exchanges(ctx context.Context, people *people, pair [2]*side, postmaster int) error {
	t := table{{"a code for tokens", "", "requests/s", "p50", "p99", "server CPU µs/request", "PostgreSQL CPU µs/request", "both, µs"}}
	for _, scope := range []string{"account:read", "openid account:read"} {
		lists := [2][]sample{}
		for run := range b.runs + 1 {
			for turn := range pair {
				i := (turn + run) % len(pair)
				messages, err := people.codes(ctx, b.requests, scope)
				if err != nil {
					return err
				}
				s, err := measureBusy(ctx, pair[i], postmaster, reading{messages: messages, requests: b.requests})
				if err != nil {
					return fmt.Errorf("%s: %w", pair[i].name, err)
				}
				if run > 0 { // the first of each warms pools and plans
					lists[i] = append(lists[i], s)
				}
			}
		}
		for i, name := range []string{"ours, `scope=" + scope + "`", "control, two inserts"} {
			t.add(name, "", fmt.Sprintf("%.0f", median(column(lists[i], sample.perSecond))), millis(time.Duration(median(column(lists[i], sample.p50)))),
				millis(time.Duration(median(column(lists[i], sample.p99)))), fmt.Sprintf("%.1f", median(column(lists[i], sample.serverCPU))),
				fmt.Sprintf("%.1f", median(column(lists[i], sample.postgresCPU))), fmt.Sprintf("%.1f", median(column(lists[i], sample.bothCPU))))
		}
		both := ratios(column(lists[0], sample.bothCPU), column(lists[1], sample.bothCPU))
		text := ratioText(both)
		if scope == "account:read" {
			text += fmt.Sprintf(", goal ≤ %.0f %s", tokenGoal, verdict(median(both) <= tokenGoal))
		}
		t.add("ours ÷ control", "", ratioText(ratios(column(lists[0], sample.perSecond), column(lists[1], sample.perSecond))), "", "",
			ratioText(ratios(column(lists[0], sample.serverCPU), column(lists[1], sample.serverCPU))), "", text)
	}
	t.write(b.out, fmt.Sprintf("Tokens: `POST /oauth/token` with client secret and PKCE, %d connections, every code once, fsync on.", connections))
	return nil
}

// sessionChecks measures the same request with and without a cookie.
func (b *bench) sessionChecks(ctx context.Context, people *people, ours *side, postmaster int) error {
	plain := message(http.MethodGet, issuerHost, "/v1/settings", "", nil)
	cookie := []byte("Cookie: " + auth.SessionCookie + "=" + people.session + "\r\n\r\n")
	known := append(plain[:len(plain)-2:len(plain)-2], cookie...)
	lists := [2][]sample{}
	for run := range b.runs + 1 {
		for turn := range lists {
			i := (turn + run) % len(lists)
			s, err := measureBusy(ctx, ours, postmaster, reading{messages: [][]byte{[][]byte{known, plain}[i]}, requests: b.requests})
			if err != nil {
				return err
			}
			if run > 0 {
				lists[i] = append(lists[i], s)
			}
		}
	}
	var added []float64
	for i := range lists[0] {
		added = append(added, lists[0][i].serverCPU()-lists[1][i].serverCPU())
	}
	t := table{{"`GET /v1/settings`", "server CPU µs/request", "PostgreSQL CPU µs/request", "p50"}}
	for i, name := range []string{"with a session", "without"} {
		t.add(name, fmt.Sprintf("%.1f", median(column(lists[i], sample.serverCPU))), fmt.Sprintf("%.1f", median(column(lists[i], sample.postgresCPU))),
			millis(time.Duration(median(column(lists[i], sample.p50)))))
	}
	middle := median(added)
	t.add("added by the session", fmt.Sprintf("%.1f, goal ≤ %d %s", middle, sessionGoal.Microseconds(), verdict(middle <= float64(sessionGoal.Microseconds()))), "", "")
	t.write(b.out, "Sessions: what knowing who asks adds to a request, run by run.")
	return nil
}

// people is a member who is signed in, and a client of theirs.
type people struct {
	conn           *pgx.Conn
	user           uuid.UUID
	client, secret string
	session        string
}

// someone stores them as the product does.
func someone(ctx context.Context, database string) (*people, error) {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return nil, err
	}
	p := &people{conn: conn, user: uuid.Must(uuid.NewV7()), client: "client_bench", secret: "roseash_cs_" + seal.Random(), session: seal.Random()}
	handle := make([]byte, 32)
	_, _ = rand.Read(handle)
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO identity.users (id, display_name, webauthn_handle, created_at, updated_at) VALUES ($1, 'Member', $2, clock_timestamp(), clock_timestamp())`,
			[]any{p.user, handle}},
		{`INSERT INTO identity.emails (user_id, address, is_primary, verified_at, created_at) VALUES ($1, 'member@example.org', true, clock_timestamp(), clock_timestamp())`,
			[]any{p.user}},
		{`INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) VALUES ($1, 'editor', 'operator', clock_timestamp())`, []any{p.user}},
		{`INSERT INTO identity.sessions (id, token_hash, user_id, origin, method, created_at, authenticated_at, last_used_at, expires_at, network)
		  VALUES ($1, $2, $3, $4, 'link', clock_timestamp(), clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '90 days', '127.0.0.1/32')`,
			[]any{uuid.Must(uuid.NewV7()), seal.Hash(p.session), p.user, "http://" + issuerHost}},
		{`INSERT INTO identity.clients (client_id, kind, client_name, confidential, secret_hash, redirect_uris, grant_types, scopes, audiences, created_by, created_at, updated_at)
		  VALUES ($1, 'first_party', 'Bench', true, $2, $3, $4, $5, $6, 'operator', clock_timestamp(), clock_timestamp())`,
			[]any{p.client, seal.Hash(p.secret), []string{redirectURI}, []string{"authorization_code", "refresh_token"}, []string{"openid", "account:read"}, []string{"http://" + issuerHost}}},
	} {
		if _, err := conn.Exec(ctx, s.sql, s.args...); err != nil {
			conn.Close(ctx)
			return nil, err
		}
	}
	return p, nil
}

// codes makes as many authorization codes and the requests that use them up.
func (p *people) codes(ctx context.Context, count int, scope string) (messages [][]byte, err error) {
	var grants, codes [][]any
	now := time.Now().UTC()
	for range count {
		grant, code, verifier := uuid.Must(uuid.NewV7()), "roseash_ac_"+seal.Random(), seal.Random()
		challenge := sha256.Sum256([]byte(verifier))
		grants = append(grants, []any{grant, p.client, p.user, strings.Fields(scope), []string{"http://" + issuerHost}, now, now, now.AddDate(0, 6, 0)})
		codes = append(codes, []any{seal.Hash(code), grant, redirectURI, base64.RawURLEncoding.EncodeToString(challenge[:]), now.Add(time.Hour)})
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}, "code_verifier": {verifier}}.Encode()
		messages = append(messages, []byte(fmt.Sprintf("POST /oauth/token HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			issuerHost, base64.StdEncoding.EncodeToString([]byte(p.client+":"+p.secret)), len(form), form)))
	}
	_, err = p.conn.CopyFrom(ctx, pgx.Identifier{"identity", "grants"},
		[]string{"id", "client_id", "user_id", "scopes", "audience", "auth_time", "created_at", "expires_at"}, pgx.CopyFromRows(grants))
	if err == nil {
		_, err = p.conn.CopyFrom(ctx, pgx.Identifier{"identity", "codes"},
			[]string{"hash", "grant_id", "redirect_uri", "code_challenge", "expires_at"}, pgx.CopyFromRows(codes))
	}
	return messages, err
}

// serveInserts is the control of the token endpoint: it reads the form and inserts an
// access token and a refresh token, each by a statement of its own.
func serveInserts(ctx context.Context, database, _ string) (http.Handler, error) {
	pool, err := controlPool(ctx, database)
	if err != nil {
		return nil, err
	}
	var grant atomic.Pointer[uuid.UUID]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		of := grant.Load()
		if of == nil { // any will do; it is looked up once
			of = new(uuid.UUID)
			if err := pool.QueryRow(r.Context(), "SELECT id FROM identity.grants LIMIT 1").Scan(of); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			grant.Store(of)
		}
		access, refresh, now := seal.Random(), seal.Random(), time.Now()
		_, err := pool.Exec(r.Context(), "INSERT INTO identity.access_tokens (hash, grant_id, scopes, audience, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
			seal.Hash(access), *of, []string{"account:read"}, []string{"http://" + issuerHost}, now, now.Add(10*time.Minute))
		if err == nil {
			_, err = pool.Exec(r.Context(), "INSERT INTO identity.refresh_tokens (hash, grant_id, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
				seal.Hash(refresh), *of, []string{"account:read"}, now, now.AddDate(0, 1, 0))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, map[string]any{"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 600})
	}), nil
}
