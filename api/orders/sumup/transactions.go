// Transactions: refunded, read, listed; and payouts.

package sumup

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// historyPage is how many transactions are asked for at once, maxPages how many pages.
	historyPage = 100
	maxPages    = 2000
	// maxPayouts is SumUp's highest limit of a list of payouts.
	maxPayouts = 9999
)

// Refund sends money of a transaction back (POST
// /v1.0/merchants/{merchant_code}/payments/{id}/refunds). SumUp gives no id: after Unknown,
// Transaction tells; with [CodeNotSent] nothing was sent. Conflict: it cannot be refunded
// (any more); Invalid: not so much of it.
func (c *Client) Refund(ctx context.Context, transaction string, amountMinor int64, currency string) Result[struct{}] {
	if !idShape.MatchString(transaction) || amountMinor <= 0 || !isCurrency(currency) {
		return Result[struct{}]{Outcome: Invalid, Code: "request"}
	}
	a := c.ask(ctx, question{
		method: http.MethodPost, path: c.merchant("/v1.0") + "/payments/" + url.PathEscape(transaction) + "/refunds",
		body: map[string]json.Number{"amount": written(amountMinor, currency)},
	})
	if a.outcome == Found && a.status != http.StatusCreated {
		return Result[struct{}]{Code: CodeUnreadable}
	}
	return result(a, readObject)
}

// Transaction reads one by its id, with its events (GET /v2.1/merchants/{merchant_code}/transactions).
func (c *Client) Transaction(ctx context.Context, id string) Result[Transaction] {
	if !idShape.MatchString(id) {
		return Result[Transaction]{Outcome: Invalid, Code: "request"}
	}
	a := c.ask(ctx, question{method: http.MethodGet, path: c.merchant("/v2.1") + "/transactions", query: url.Values{"id": {id}}})
	r := result(a, readTransaction)
	if r.Outcome == Found && r.Value.ID != id {
		return Result[Transaction]{Code: CodeUnreadable}
	}
	return r
}

// History calls use for every payment that changed since a time and was made before
// another, and stops where use fails (GET
// /v2.1/merchants/{merchant_code}/transactions/history, all pages). Refunds are in the
// payment's status and RefundedMinor; events are not told here. A payment may come twice.
// The value is how many there were, also of a result that is not Found: then the list is
// not complete.
func (c *Client) History(ctx context.Context, from, to time.Time, use func(Transaction) error) (Result[int], error) {
	query := url.Values{
		"changes_since": {from.UTC().Format(time.RFC3339)}, "newest_time": {to.UTC().Format(time.RFC3339)},
		"types[]": {"PAYMENT"}, "order": {"ascending"}, "limit": {strconv.Itoa(historyPage)},
	}
	seen, count := map[string]bool{}, 0
	for range maxPages {
		r := result(c.ask(ctx, question{method: http.MethodGet, path: c.merchant("/v2.1") + "/transactions/history", query: query}), readPage)
		if r.Outcome != Found {
			return Result[int]{Outcome: r.Outcome, Value: count, Code: r.Code, After: r.After}, nil
		}
		for _, transaction := range r.Value.transactions {
			if err := use(transaction); err != nil {
				return Result[int]{Outcome: Found, Value: count}, err
			}
			count++
		}
		if r.Value.next == "" {
			return Result[int]{Outcome: Found, Value: count}, nil
		}
		next, err := url.ParseQuery(r.Value.next)
		if err != nil || seen[r.Value.next] {
			return Result[int]{Value: count, Code: CodeUnreadable}, nil
		}
		seen[r.Value.next] = true
		for name, values := range next {
			query[name] = values
		}
	}
	return Result[int]{Value: count, Code: CodeUnreadable}, nil
}

// Payouts are SumUp's payouts of some days, both included (GET
// /v1.0/merchants/{merchant_code}/payouts). What does not fit into one answer is asked for
// in halves.
func (c *Client) Payouts(ctx context.Context, from, to time.Time) Result[[]Payout] {
	a := c.ask(ctx, question{method: http.MethodGet, path: c.merchant("/v1.0") + "/payouts", query: url.Values{
		"start_date": {from.Format(time.DateOnly)}, "end_date": {to.Format(time.DateOnly)},
		"format": {"json"}, "order": {"asc"}, "limit": {strconv.Itoa(maxPayouts)},
	}})
	r := result(a, readPayouts)
	if full := r.Outcome == Found && len(r.Value) >= maxPayouts || a.code == CodeTooLarge; !full {
		return r
	}
	days := int(to.Sub(from).Hours() / 24)
	if days < 1 {
		return Result[[]Payout]{Code: CodeTooLarge}
	}
	middle := from.AddDate(0, 0, days/2)
	first := c.Payouts(ctx, from, middle)
	if first.Outcome != Found {
		return first
	}
	second := c.Payouts(ctx, middle.AddDate(0, 0, 1), to)
	if second.Outcome == Found {
		second.Value = append(first.Value, second.Value...)
	}
	return second
}

// merchant is the path of all that is the account's.
func (c *Client) merchant(version string) string {
	return version + "/merchants/" + url.PathEscape(c.o.MerchantCode)
}
