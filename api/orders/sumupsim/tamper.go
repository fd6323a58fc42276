// Answers that say what is not so.

package sumupsim

import (
	"encoding/json"
	"strings"
)

// tamper changes what an answer says; the ledger keeps the truth.
func tamper(body any, f Fault) any {
	switch b := body.(type) {
	case shownCheckout:
		return tamperCheckout(b, f)
	case []shownCheckout:
		for i := range b {
			b[i] = tamperCheckout(b[i], f)
		}
	case shownTransaction:
		return tamperTransaction(b, f)
	case historyPage:
		for i := range b.Items {
			b.Items[i] = tamperTransaction(b.Items[i], f)
		}
	}
	return body
}

func tamperCheckout(c shownCheckout, f Fault) shownCheckout {
	for i := range c.Transactions {
		c.Transactions[i] = tamperTransaction(c.Transactions[i], f)
	}
	switch f.Kind {
	case Amount:
		c.Amount = more(c.Amount, c.Currency, f.AmountMinor)
	case Decimals:
		c.Amount = finer(c.Amount)
	case Currency:
		c.Currency = otherCurrency(c.Currency)
	case OtherMerchant:
		c.Merchant = "OTHER" + c.Merchant
	case Reference:
		c.Reference = other(c.Reference)
	case ID:
		c.ID = other(c.ID)
	}
	return c
}

func tamperTransaction(t shownTransaction, f Fault) shownTransaction {
	switch f.Kind {
	case Amount, TransactionAmount:
		t.Amount = more(t.Amount, t.Currency, f.AmountMinor)
	case Decimals:
		t.Amount = finer(t.Amount)
	case Currency:
		t.Currency = otherCurrency(t.Currency)
	case OtherMerchant:
		if t.Merchant != "" {
			t.Merchant = "OTHER" + t.Merchant
		}
	case ID:
		t.ID = other(t.ID)
	}
	return t
}

func more(amount json.Number, currency string, by int64) json.Number {
	if by == 0 {
		by = 100
	}
	value, _ := minor(amount, currency)
	return major(value+by, currency)
}

// finer gives an amount a third decimal.
func finer(amount json.Number) json.Number {
	whole, rest, _ := strings.Cut(amount.String(), ".")
	return json.Number(whole + "." + (rest + "00")[:2] + "5")
}

func otherCurrency(currency string) string {
	if currency == "EUR" {
		return "GBP"
	}
	return "EUR"
}

// other is an id like this one that is another.
func other(id string) string {
	if id == "" {
		return id
	}
	last := byte('0')
	if id[len(id)-1] == last {
		last = '1'
	}
	return id[:len(id)-1] + string(last)
}
