// Whole answers.

package sumup

import (
	"encoding/json"
	"regexp"
	"strings"
)

// idShape is that of ids of SumUp's: they stand in paths.
var idShape = regexp.MustCompile(`^[0-9A-Za-z_-]{1,100}$`)

func readCheckout(raw []byte) (Checkout, error) {
	var w wireCheckout
	if err := json.Unmarshal(raw, &w); err != nil {
		return Checkout{}, err
	}
	return w.checkout()
}

func readCheckouts(raw []byte) ([]Checkout, error) {
	var list []wireCheckout
	if err := readList(raw, &list); err != nil {
		return nil, err
	}
	return each(list, wireCheckout.checkout)
}

func readTransaction(raw []byte) (Transaction, error) {
	var w wireTransaction
	if err := json.Unmarshal(raw, &w); err != nil {
		return Transaction{}, err
	}
	return w.transaction()
}

// page is a page of the history; next is the query of the one after, empty at the end.
type page struct {
	transactions []Transaction
	next         string
}

func readPage(raw []byte) (page, error) {
	var w struct {
		Items json.RawMessage `json:"items"`
		Links []struct {
			Rel  string `json:"rel"`
			Href string `json:"href"`
		} `json:"links"`
	}
	if err := json.Unmarshal(raw, &w); err != nil {
		return page{}, err
	}
	var list []wireTransaction
	if err := readList(w.Items, &list); err != nil {
		return page{}, err
	}
	payments := list[:0]
	for _, item := range list {
		if item.Type == "" || item.Type == "PAYMENT" {
			payments = append(payments, item)
		}
	}
	p, err := page{}, error(nil)
	p.transactions, err = each(payments, wireTransaction.transaction)
	for _, link := range w.Links {
		if link.Rel == "next" {
			// It is a query, or an address with one. Only the query is used: the key goes
			// nowhere else.
			p.next = link.Href
			if _, query, found := strings.Cut(link.Href, "?"); found {
				p.next = query
			}
		}
	}
	return p, err
}

func readPayouts(raw []byte) ([]Payout, error) {
	var list []wirePayout
	if err := readList(raw, &list); err != nil {
		return nil, err
	}
	return each(list, wirePayout.payout)
}

// readObject accepts any object: of a refund SumUp says nothing.
func readObject(raw []byte) (struct{}, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return struct{}{}, errUnreadable
	}
	return struct{}{}, nil
}

// readList reads a list that has to be there.
func readList[W any](raw []byte, list *[]W) error {
	if err := json.Unmarshal(raw, list); err != nil {
		return err
	}
	if *list == nil {
		return errUnreadable
	}
	return nil
}

func each[W, T any](list []W, read func(W) (T, error)) ([]T, error) {
	all := make([]T, 0, len(list))
	for _, w := range list {
		value, err := read(w)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

var codeShape = regexp.MustCompile(`^[A-Z0-9_]{1,60}$`)

// refusalCode is SumUp's code of a refusal: error_code, the first of errors, or the last
// part of a problem's type. Empty where it has none.
func refusalCode(raw []byte) string {
	type refused struct {
		Code   string `json:"error_code"`
		Type   string `json:"type"`
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	var one refused
	var many []refused
	if json.Unmarshal(raw, &many) == nil && len(many) > 0 {
		one = many[0]
	} else if json.Unmarshal(raw, &one) != nil {
		return ""
	}
	codes := []string{one.Code}
	for _, e := range one.Errors {
		codes = append(codes, e.Code)
	}
	last := one.Type[strings.LastIndexByte(one.Type, '/')+1:]
	for _, code := range append(codes, strings.ReplaceAll(strings.ToUpper(last), "-", "_")) {
		if codeShape.MatchString(code) {
			return code
		}
	}
	return ""
}
