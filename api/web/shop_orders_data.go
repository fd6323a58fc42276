// What the API says to the shopkeeper alone.

package web

import "time"

// shopEvent is something that happened to an order.
type shopEvent struct {
	Sequence int            `json:"sequence"`
	Kind     string         `json:"kind"`
	Actor    string         `json:"actor"`
	Cause    string         `json:"cause"`
	Details  map[string]any `json:"details"`
	At       time.Time      `json:"at"`
}

// shopSettings are what stands on invoices and is agreed to.
type shopSettings struct {
	BusinessName    string `json:"business_name"`
	BusinessAddress string `json:"business_address"`
	VATNumber       string `json:"vat_number"`
	CompanyNumber   string `json:"company_number"`
	Contact         string `json:"contact"`
	Terms           string `json:"terms"`
	Cancellation    string `json:"cancellation"`
	InvoicePrefix   string `json:"invoice_prefix"`
}
