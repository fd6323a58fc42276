// The control of buy: the same statements in the same transactions, the same request to
// SumUp, and nothing else: net/http, encoding/json and pgx.

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
)

// simulatorFile is where a side finds the address of the payment simulator.
const simulatorFile = "simulator"

// serveBuyControl answers POST /v1/cart/items and POST /v1/checkout.
func serveBuyControl(ctx context.Context, url, dir string) (http.Handler, error) {
	pool, err := controlPool(ctx, url)
	if err != nil {
		return nil, err
	}
	address, err := os.ReadFile(filepath.Join(dir, simulatorFile))
	if err != nil {
		return nil, err
	}
	c := &buyControl{pool: pool, simulator: string(address), client: &http.Client{
		Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: connections},
	}}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(http.ResponseWriter, *http.Request) error{
		"POST /v1/cart/items": c.add, "POST /v1/checkout": c.checkout,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := answer(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	return mux, nil
}

type buyControl struct {
	pool      *pgxpool.Pool
	client    *http.Client
	simulator string
}

// boughtLine is a line of a cart as the statement gives it.
type boughtLine struct {
	ID       uuid.UUID `json:"id"`
	Offer    any       `json:"offer"`
	Quantity int64     `json:"quantity"`
	Gross    int64     `json:"gross_minor"`
	thing    string
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// basket is a holder's open cart.
type bought struct {
	ID      uuid.UUID    `json:"id"`
	Version int64        `json:"version"`
	Lines   []boughtLine `json:"lines"`
	Total   int64        `json:"total_minor"`
}

func readBasket(ctx context.Context, q querier, holder string) (b bought, err error) {
	rows, err := q.Query(ctx, cartBasket, holder)
	if err != nil {
		return b, err
	}
	var currency, note, kind, name, lineNote string
	var updated time.Time
	var discounts []uuid.UUID
	var line *uuid.UUID
	var l boughtLine
	var added int64
	var position int32
	_, err = pgx.ForEachRow(rows, []any{&b.ID, &currency, &note, &b.Version, &updated, &discounts, &line, &kind, &l.thing, &name, &l.Quantity, &lineNote, &added, &position}, func() error {
		if line != nil {
			l.ID = *line
			b.Lines = append(b.Lines, l)
		}
		return nil
	})
	return b, err
}

// price asks for the offers of things, and fills the lines.
func (b *bought) price(ctx context.Context, q querier, things ...string) (prices map[string]map[string]any, err error) {
	var ids []uuid.UUID
	for _, l := range b.Lines {
		things = append(things, l.thing)
	}
	for _, t := range things {
		u, err := uuid.Parse(strings.TrimPrefix(t, "var_"))
		if err != nil {
			return nil, err
		}
		ids = append(ids, u)
	}
	rows, err := q.Query(ctx, marketOffers, ids)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToMap)
	prices = map[string]map[string]any{}
	for _, o := range list {
		prices[id.Format[string]("var", uuid.UUID(o["id"].([16]byte)))] = o
	}
	b.Total = 0
	for i := range b.Lines {
		l := &b.Lines[i]
		o := prices[l.thing]
		if o == nil {
			return nil, errors.New("no offer")
		}
		l.Offer, l.Gross = o, o["price_minor"].(int64)*l.Quantity
		b.Total += l.Gross
	}
	return prices, err
}

func holderOf(r *http.Request) string {
	cookie, err := r.Cookie(auth.CartCookie)
	if err != nil {
		return ""
	}
	return auth.BrowserCart(cookie.Value).Key
}

func (c *buyControl) add(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var in struct {
		ID       string `json:"id"`
		Quantity int64  `json:"quantity"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	holder := holderOf(r)
	var b bought
	var err error
	if holder != "" {
		if b, err = readBasket(ctx, c.pool, holder); err != nil {
			return err
		}
	} else {
		raw := make([]byte, 32)
		_, _ = rand.Read(raw)
		token := base64.RawURLEncoding.EncodeToString(raw)
		holder = auth.BrowserCart(token).Key
		http.SetCookie(w, auth.NewCartCookie(token))
	}
	at := -1
	for i := range b.Lines {
		if b.Lines[i].thing == in.ID {
			at = i
		}
	}
	if at < 0 {
		at = len(b.Lines)
		b.Lines = append(b.Lines, boughtLine{ID: id.New(), thing: in.ID})
	}
	b.Lines[at].Quantity += in.Quantity
	prices, err := b.price(ctx, c.pool)
	if err != nil {
		return err
	}
	offer, l := prices[in.ID], b.Lines[at]
	name, price, currency := offer["name"].(string), offer["price_minor"].(int64), offer["currency"].(string)
	var updated time.Time
	idle := (30 * 24 * time.Hour).Seconds()
	if b.Version == 0 {
		b.ID = id.New()
		err = c.pool.QueryRow(ctx, cartNewCart, l.ID, "product", l.thing, name, l.Quantity, "", price, b.ID, holder, currency, idle).Scan(&updated)
	} else {
		err = c.pool.QueryRow(ctx, cartPutLine, l.ID, "product", l.thing, name, l.Quantity, "", price, int32(at+1), currency, idle, b.ID, b.Version).Scan(&updated)
	}
	if err != nil {
		return err
	}
	b.Version++
	writeJSON(w, b)
	return nil
}
