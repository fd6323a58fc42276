// Where our books and the payment provider's do not agree: what it is in plain words, what
// to do, and the comparisons that find it.

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// shopDifference is one of them.
type shopDifference struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind"`
	Transaction string           `json:"transaction"`
	Order       contract.OrderID `json:"order"`
	Reference   string           `json:"order_reference"`
	OursMinor   *int64           `json:"ours_minor"`
	TheirsMinor *int64           `json:"theirs_minor"`
	Currency    string           `json:"currency"`
	FoundAt     time.Time        `json:"found_at"`
	ResolvedAt  *time.Time       `json:"resolved_at"`
	ResolvedBy  string           `json:"resolved_by"`
	Resolution  string           `json:"resolution"`
}

// shopRun is one comparison.
type shopRun struct {
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Status      string    `json:"status"`
	Seen        int64     `json:"seen"`
	OursMinor   int64     `json:"ours_minor"`
	TheirsMinor int64     `json:"theirs_minor"`
	Found       int64     `json:"found"`
	Fault       string    `json:"fault"`
	StartedAt   time.Time `json:"started_at"`
}

// differenceTexts are what they are, and what to do about them.
var differenceTexts = map[string][3]string{
	"payment_missed": {"A payment that we had not heard of", "The provider has a payment for one of our orders that nobody told us of. The order has been settled with it by now.",
		"Look at the order: it is paid, or, where it had ended, the money is on its way back. Nothing else is to be done."},
	"foreign_payment": {"A payment that no order knows", "The provider has a payment that does not belong to any order of this shop.",
		"Most often it was taken on the card reader, or asked for in the provider's own app. Find out what it was for. If nobody knows, pay it back at the provider."},
	"refund_outside": {"Money went back outside of the shop", "Somebody refunded a payment at the provider, not here. Our books have it by now.",
		"Look at the order: its goods may still be on the pick list. Cancel it, or take off what went back."},
	"amount": {"The amounts differ", "The provider counts another amount for this payment than we do.",
		"Open the payment at the provider and compare it with the order. Ask the provider where you cannot tell why."},
	"missing_there": {"A payment that the provider does not have", "Our books have a payment that the provider does not show.",
		"It may take a day to show up there: look again after the next comparison. If it stays away, do not hand the order over before the provider has said why."},
	"chargeback": {"A payment was taken back", "Whoever paid had their bank take the money back.",
		"Look at the order. Where it was handed over, answer the provider in time with the packing slip; where it was not, cancel it."},
	"paid_mismatch": {"Paid, but not what was asked for", "Money came for an order, in another amount or currency than it was asked for. The order is not paid and waits.",
		"Open the payment at the provider. Pay it back there, and have the order paid anew; or settle it with whoever ordered."},
	"paid_twice": {"Paid twice", "An order was paid a second time. The second payment is on its way back by itself.",
		"Look at the order: the refund is there. Once it is done, nothing else is to be done."},
	"refund_failed": {"A refund failed", "The provider refused to send money back.",
		"Open the payment at the provider to see why: often the payment is too old, or the balance too low. Pay it back there or by hand."},
}

func (s *ShopOrders) differences(w http.ResponseWriter, r *http.Request) error {
	return s.differencesPage(w, r, http.StatusOK, "", site.Form{}, nil)
}

// differencesPage shows them; f is what was typed for the one with an id.
func (s *ShopOrders) differencesPage(w http.ResponseWriter, r *http.Request, status int, id string, f site.Form, message *site.Message) error {
	shop, at, err := s.page(r, "accounts", "Differences")
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view := site.ShopDifferencesPage{Shop: shop, Open: r.URL.Query().Get("open") != "no", CanRun: mayWrite(r)}
	query := queried(r, "cursor")
	query.Set("limit", "30")
	query.Set("open", map[bool]string{true: "true", false: "false"}[view.Open])
	list, _, err := read[listed[shopDifference]](s, r, "/v1/differences", query)
	if err != nil {
		return err
	}
	for _, d := range list.Items {
		if !view.Open && d.ResolvedAt == nil {
			continue
		}
		one := differenceView(d, at)
		if mayWrite(r) && d.ResolvedAt == nil {
			one.URL = differencesAddress + url.PathEscape(d.ID) + "/"
		}
		if d.ID == id {
			one.Form = f
		}
		view.Items = append(view.Items, one)
	}
	view.NextURL = next(r, list.NextCursor)
	runs, _, err := read[listed[shopRun]](s, r, "/v1/reconciliations", url.Values{"limit": {"14"}})
	if err != nil {
		return err
	}
	for _, run := range runs.Items {
		view.Runs = append(view.Runs, runView(run, s.Currency, at))
	}
	return show(w, r, status, site.ShopDifferences(view))
}

// differenceView is a difference in words.
func differenceView(d shopDifference, at *time.Location) site.ShopDifference {
	texts, known := differenceTexts[d.Kind]
	if !known {
		texts = [3]string{upperFirst(strings.ReplaceAll(d.Kind, "_", " ")), "", ""}
	}
	one := site.ShopDifference{ID: d.ID, Title: texts[0], What: texts[1], ToDo: texts[2], Code: d.Transaction, Found: moment(d.FoundAt, at)}
	for _, side := range []struct {
		name  string
		minor *int64
	}{{"In our books", d.OursMinor}, {"At the provider", d.TheirsMinor}} {
		if side.minor != nil {
			one.Sums = append(one.Sums, site.ShopSum{Name: side.name, Amount: amount(*side.minor, d.Currency)})
		}
	}
	if d.Order != "" {
		one.Order = &site.Link{Text: d.Reference, URL: orderAddress(d.Order)}
	}
	if d.ResolvedAt != nil {
		one.ToDo, one.Settled, one.Solution = "", "Settled "+moment(*d.ResolvedAt, at).Text+":", d.Resolution
	}
	return one
}

// runView is a comparison in words.
func runView(run shopRun, currency string, at *time.Location) site.ShopRun {
	v := site.ShopRun{At: moment(run.StartedAt, at), Span: daySpan(run.From, run.To, at), Seen: grouped(run.Seen),
		Ours: amount(run.OursMinor, currency), Theirs: amount(run.TheirsMinor, currency), Found: grouped(run.Found), State: site.State{Text: "done", Kind: "good"}}
	switch run.Status {
	case "running":
		v.State = site.State{Text: "under way", Kind: "wait"}
	case "failed":
		v.State = site.State{Text: "failed", Kind: "bad"}
		if run.Fault != "" {
			v.State.Text += ": " + strings.ReplaceAll(run.Fault, "_", " ")
		}
	}
	return v
}

// compareNow begins a comparison.
func (s *ShopOrders) compareNow(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	a, err := s.act(r, call{method: http.MethodPost, path: "/v1/reconciliations"})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.differencesPage(w, r, a.status, "", site.Form{}, refusal(a.refused, nil))
	}
	return done(w, r, differencesAddress, "compared")
}

// settleDifference notes what was done about one.
func (s *ShopOrders) settleDifference(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	a, err := s.ask(r.Context(), r, call{method: http.MethodPost, path: resource("/v1/differences", r.PathValue("id")) + "/resolve",
		json: map[string]any{"resolution": strings.TrimSpace(f.Values["resolution"])}})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.differencesPage(w, r, a.status, r.PathValue("id"), f, refusedForm(f, a.refused))
	}
	return done(w, r, differencesAddress, "settled")
}
