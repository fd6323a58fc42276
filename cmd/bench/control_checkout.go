// The control of checkout: one transaction, then a request to SumUp.

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// placed is an order, as far as a control tells it.
type placed struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Cart      bought `json:"cart"`
	URL       string `json:"url"`
}

func (c *buyControl) checkout(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var in struct {
		Expected int64 `json:"expected_total_minor"`
		Contact  struct {
			Name  string `json:"name"`
			Email string `json:"email"`
		} `json:"contact"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	holder, key, order := holderOf(r), r.Header.Get("Idempotency-Key"), id.New()
	name := id.Format[string]("ord", order)
	p := placed{ID: name, Reference: crockford(4) + "-" + crockford(4)}
	attempt, reference := id.New(), crockford(26)
	var now time.Time
	err = pgx.BeginFunc(ctx, c.pool, func(tx pgx.Tx) error {
		fingerprint := sha256.Sum256(body)
		var taken bool
		if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1)", int64(attempt.ID())<<8).Scan(&taken); err != nil {
			return err
		}
		var before, answer []byte
		if err := tx.QueryRow(ctx, "SELECT fingerprint, answer FROM shared.idempotency_keys WHERE principal = $1 AND key = $2", holder, key).Scan(&before, &answer); !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("the key is known: %w", err)
		}
		var cart uuid.UUID
		if err := tx.QueryRow(ctx, cartLock, holder).Scan(&cart); err != nil {
			return err
		}
		var err error
		if p.Cart, err = readBasket(ctx, tx, holder); err != nil {
			return err
		}
		if _, err := p.Cart.price(ctx, tx); err != nil {
			return err
		}
		if p.Cart.Total != in.Expected {
			return errors.New("another total")
		}
		if _, err := tx.Exec(ctx, cartConvert, name, cart); err != nil {
			return err
		}
		if now, err = c.terms(ctx, tx); err != nil {
			return err
		}
		if err := c.hold(ctx, tx, name, p.Cart.Lines); err != nil {
			return err
		}
		if err := c.place(ctx, tx, order, p, in.Contact.Name, in.Contact.Email, now); err != nil {
			return err
		}
		event, _ := json.Marshal(contract.OrderPlaced{OrderRef: contract.OrderRef{Order: contract.OrderID(name)}})
		if _, err := tx.Exec(ctx, busEmit, []string{"orders.order_placed"}, []string{string(event)}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, ordersInsertAttempt, attempt, order, reference, p.Cart.Total, "GBP", now.Add(30*time.Minute), 15.0); err != nil {
			return err
		}
		job, _ := json.Marshal(map[string]any{"attempt": attempt})
		if _, err := tx.Exec(ctx, riverInsert, job, now.Add(15*time.Second)); err != nil {
			return err
		}
		stored, _ := json.Marshal(map[string]any{"order": order})
		_, err = tx.Exec(ctx, "INSERT INTO shared.idempotency_keys (principal, key, fingerprint, answer, created_at) VALUES ($1, $2, $3, $4, shared.clock())",
			holder, key, fingerprint[:], stored)
		return err
	})
	if err != nil {
		return err
	}
	if p.URL, err = c.open(ctx, attempt, reference, p, now); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	return json.NewEncoder(w).Encode(p)
}

func (c *buyControl) terms(ctx context.Context, tx pgx.Tx) (now time.Time, err error) {
	rows, err := tx.Query(ctx, ordersTerms, nil)
	if err != nil {
		return now, err
	}
	terms, err := pgx.CollectExactlyOneRow(rows, pgx.RowToMap)
	if err != nil {
		return now, err
	}
	return terms["at"].(time.Time), nil
}

// hold reserves the lines' stock.
func (c *buyControl) hold(ctx context.Context, tx pgx.Tx, order string, lines []boughtLine) error {
	wanted, variants := map[uuid.UUID]int64{}, []uuid.UUID{}
	for _, l := range lines {
		u := uuid.MustParse(strings.TrimPrefix(l.thing, "var_"))
		wanted[u], variants = l.Quantity, append(variants, u)
	}
	rows, err := tx.Query(ctx, marketHold, order, variants)
	if err != nil {
		return err
	}
	held, err := pgx.CollectRows(rows, pgx.RowToMap)
	if err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, h := range held {
		u := uuid.UUID(h["id"].([16]byte))
		if h["track_stock"].(bool) {
			batch.Queue(marketTake, u, wanted[u], wanted[u], int64(0), time.Now(), order, id.New(), "", order, "")
		}
	}
	if batch.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, batch).Close()
}

// place writes order, lines and event.
func (c *buyControl) place(ctx context.Context, tx pgx.Tx, order uuid.UUID, p placed, name, email string, now time.Time) error {
	var ids []uuid.UUID
	var positions []int32
	var kinds, things, offers, notes []string
	var quantities, grosses, zeros []int64
	for i, l := range p.Cart.Lines {
		offer, err := json.Marshal(l.Offer)
		if err != nil {
			return err
		}
		ids, positions = append(ids, l.ID), append(positions, int32(i+1))
		kinds, things, offers, notes = append(kinds, "product"), append(things, l.thing), append(offers, string(offer)), append(notes, "")
		quantities, grosses, zeros = append(quantities, l.Quantity), append(grosses, l.Gross), append(zeros, 0)
	}
	state, err := json.Marshal(p.Cart)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(state)
	cart, until := id.Format[string]("cart", p.Cart.ID), now.Add(32*time.Minute)
	_, err = tx.Exec(ctx, ordersPlace, order, p.Reference, "web", cart, nil, name, email, "", nil, "",
		"pending_payment", "unpaid", "unfulfilled", "GBP", p.Cart.Total, int64(0), int64(0), int64(0), p.Cart.Total,
		json.RawMessage("[]"), json.RawMessage("[]"), json.RawMessage("{}"), nil, nil, nil, nil, json.RawMessage("{}"),
		now, until, ids, positions, kinds, things, offers, quantities, notes, grosses, zeros, zeros, zeros,
		"guest", "request bench", hash[:], json.RawMessage(state))
	return err
}

// open asks SumUp for a checkout and stores where to pay.
func (c *buyControl) open(ctx context.Context, attempt uuid.UUID, reference string, p placed, now time.Time) (string, error) {
	ask, err := json.Marshal(map[string]any{
		"checkout_reference": reference, "amount": json.Number(fmt.Sprintf("%d.%02d", p.Cart.Total/100, p.Cart.Total%100)), "currency": "GBP",
		"merchant_code": benchMerchant, "description": "Order " + p.Reference, "return_url": "http://" + issuerHost + "/hooks/sumup/x",
		"redirect_url": "http://" + issuerHost + "/orders/" + p.ID + "/", "valid_until": now.Add(30 * time.Minute).Format(time.RFC3339), "hosted_checkout": map[string]any{"enabled": true},
	})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.simulator+"/v0.1/checkouts", bytes.NewReader(ask))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+benchKey)
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var made struct {
		ID  string `json:"id"`
		URL string `json:"hosted_checkout_url"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || answer.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("the simulator answered %s: %w", answer.Status, err)
	}
	_, err = c.pool.Exec(ctx, ordersAdopt, made.ID, made.URL, "PENDING", "", 15.0, attempt)
	return made.URL, err
}

func crockford(length int) string {
	raw := make([]byte, length)
	_, _ = rand.Read(raw)
	for i, b := range raw {
		raw[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[b&31]
	}
	return string(raw)
}
