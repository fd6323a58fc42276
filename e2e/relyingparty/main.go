// Relyingparty is a client written with golang.org/x/oauth2 and go-oidc, the libraries that
// Go programs sign people in with. It goes through every flow against a running server and
// says each step on a line. Where a person is needed it prints the address, and reads where
// the browser has arrived.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	p := party{in: bufio.NewScanner(os.Stdin)}
	flag.StringVar(&p.issuer, "issuer", "", "`origin` of the authorization server")
	flag.StringVar(&p.redirect, "redirect", "", "redirect `URI` of the client")
	flag.StringVar(&p.goodbye, "goodbye", "", "where people are sent after they signed out")
	flag.StringVar(&p.id, "client", "", "`client_id`")
	flag.StringVar(&p.device, "device", "", "`client_id` of a device")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	p.in.Scan() // the secret: it is nobody else's business, as arguments are
	p.secret = p.in.Text()
	if err := p.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "relyingparty:", err)
		os.Exit(1)
	}
}

// party is the client.
type party struct {
	issuer, redirect, goodbye string
	id, secret, device        string
	in                        *bufio.Scanner

	provider *oidc.Provider
	config   oauth2.Config
	more     struct {
		Introspection string   `json:"introspection_endpoint"`
		Revocation    string   `json:"revocation_endpoint"`
		EndSession    string   `json:"end_session_endpoint"`
		Challenges    []string `json:"code_challenge_methods_supported"`
	}
}

func (p *party) run(ctx context.Context) (err error) {
	if p.provider, err = oidc.NewProvider(ctx, p.issuer); err != nil {
		return fmt.Errorf("discovery: %w", err)
	}
	if err := p.provider.Claims(&p.more); err != nil {
		return err
	}
	p.config = oauth2.Config{
		ClientID: p.id, ClientSecret: p.secret, RedirectURL: p.redirect, Endpoint: p.provider.Endpoint(),
		Scopes: []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
	}
	fmt.Println("discovered", p.issuer)
	token, idToken, err := p.signIn(ctx)
	if err != nil {
		return err
	}
	if err := p.use(ctx, token); err != nil {
		return err
	}
	if err := p.byDevice(ctx); err != nil {
		return fmt.Errorf("device: %w", err)
	}
	return p.leave(idToken)
}

// signIn is the code flow with PKCE, state, nonce and the issuer in the answer (RFC 9207).
func (p *party) signIn(ctx context.Context) (*oauth2.Token, string, error) {
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	back, err := p.browse("authorize", p.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		return nil, "", err
	}
	q := back.Query()
	if q.Get("state") != state || q.Get("iss") != p.issuer || q.Get("code") == "" {
		return nil, "", fmt.Errorf("the browser came back with the parameters %v", keys(q))
	}
	if _, err := p.config.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(oauth2.GenerateVerifier())); err == nil {
		return nil, "", errors.New("a code was taken with another verifier")
	}
	// That used the code up.
	if back, err = p.again(state, nonce, verifier); err != nil {
		return nil, "", err
	}
	token, err := p.config.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, "", fmt.Errorf("exchange: %w", err)
	}
	fmt.Println("exchanged a code")
	raw, _ := token.Extra("id_token").(string)
	id, err := p.provider.Verifier(&oidc.Config{ClientID: p.id}).Verify(ctx, raw)
	if err != nil {
		return nil, "", fmt.Errorf("ID token: %w", err)
	}
	if id.Nonce != nonce {
		return nil, "", errors.New("the ID token has another nonce")
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		return nil, "", fmt.Errorf("at_hash: %w", err)
	}
	fmt.Println("verified the ID token of", id.Subject)
	who, err := p.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil || who.Subject != id.Subject {
		return nil, "", fmt.Errorf("userinfo: %w", err)
	}
	fmt.Println("userinfo of", who.Subject)
	return token, raw, nil
}

// again is a second way through the browser, which nobody has to be asked about.
func (p *party) again(state, nonce, verifier string) (*url.URL, error) {
	return p.browse("authorize", p.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
}

// use refreshes, introspects and revokes.
func (p *party) use(ctx context.Context, token *oauth2.Token) error {
	old := *token
	old.Expiry = time.Now().Add(-time.Hour)
	fresh, err := p.config.TokenSource(ctx, &old).Token()
	if err != nil || fresh.RefreshToken == token.RefreshToken {
		return fmt.Errorf("refresh: the same refresh token again, or %w", err)
	}
	fmt.Println("refreshed")
	var seen struct {
		Active bool   `json:"active"`
		Client string `json:"client_id"`
	}
	if err := p.post(ctx, p.more.Introspection, fresh.AccessToken, &seen); err != nil || !seen.Active || seen.Client != p.id {
		return fmt.Errorf("introspection: %+v, %w", seen, err)
	}
	fmt.Println("introspected")
	if err := p.post(ctx, p.more.Revocation, fresh.RefreshToken, nil); err != nil {
		return fmt.Errorf("revocation: %w", err)
	}
	if err := p.post(ctx, p.more.Introspection, fresh.AccessToken, &seen); err != nil || seen.Active {
		return fmt.Errorf("an access token outlived its refresh token: %w", err)
	}
	fmt.Println("revoked")
	return nil
}

func (p *party) byDevice(ctx context.Context) error {
	c := oauth2.Config{ClientID: p.device, Endpoint: p.provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID}}
	c.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	device, err := c.DeviceAuth(ctx)
	if err != nil {
		return err
	}
	fmt.Println("device", device.VerificationURIComplete)
	token, err := c.DeviceAccessToken(ctx, device)
	if err != nil || !token.Valid() {
		return fmt.Errorf("no token: %w", err)
	}
	fmt.Println("polled")
	return nil
}

// leave signs out by the client's wish.
func (p *party) leave(idToken string) error {
	q := url.Values{"id_token_hint": {idToken}, "post_logout_redirect_uri": {p.goodbye}, "state": {"x"}}
	at, err := p.browse("logout", p.more.EndSession+"?"+q.Encode())
	if err != nil {
		return err
	}
	if at.String() != p.goodbye+"?state=x" {
		return errors.New("signing out led elsewhere")
	}
	fmt.Println("left")
	return nil
}

// browse has somebody open an address, and returns where they arrived.
func (p *party) browse(why, address string) (*url.URL, error) {
	fmt.Println(why, address)
	if !p.in.Scan() {
		return nil, errors.New("nobody opened " + why)
	}
	return url.Parse(p.in.Text())
}

// post sends a token to an endpoint, with the client's secret.
func (p *party) post(ctx context.Context, endpoint, token string, answer any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(url.Values{"token": {token}}.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(p.id), url.QueryEscape(p.secret))
	client := http.Client{Timeout: 30 * time.Second}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %w", res.Status, err)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(body, answer)
}

func keys(q url.Values) (names []string) {
	for name := range q {
		names = append(names, name)
	}
	return names
}
