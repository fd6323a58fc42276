// The operations by which the accounts of a month are downloaded.

package orders

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// accountRoutes registers the tables of a month.
func (s *Service) accountRoutes(api huma.API) {
	for _, file := range []struct {
		name, summary, description, example string
		table                               func(ctx context.Context, month string) (Table, error)
	}{
		{"vat", "Download a month's sales by rate of VAT", "Sales by invoices and refunds by credit notes, these below zero, a row for each day, kind and rate; then the month's totals. Deposits and what else is outside of VAT have the rate outside.",
			"day,kind,vat_rate,net,vat,gross,currency,documents\r\n2026-05-04,sales,20.00,100.00,20.00,120.00,GBP,9\r\n", s.VATAccounts},
		{"fees", "Download a month's payments with their fees", "All money that moved, a row each, with what the payment provider has kept; the fee is empty until the provider has paid out. Payments that were made elsewhere are among them, as the nightly comparison has seen them.",
			"day,provider,kind,order,transaction_code,transaction,amount,fee,currency\r\n2026-05-04,sumup,payment,R7K2-9QXM,TEENSK4W2K,410fc44a-5956-44e1-b5cc-19c6f8d727a4,12.50,0.31,GBP\r\n", s.FeeAccounts},
		{"payouts", "Download a month's payouts", "What the payment provider says it has paid out and deducted, by its dates; deductions are below zero.",
			"day,kind,reference,order,transaction_code,amount,fee,currency,status\r\n2026-05-05,PAYOUT,payout-2026-05-05,R7K2-9QXM,TEENSK4W2K,12.19,0.31,GBP,SUCCESSFUL\r\n", s.PayoutAccounts},
		{"orders", "Download a month's paid orders", "Orders that were paid within the month, with their sums as they are now.",
			"order,invoice,placed,paid,channel,paid_by,name,status,payment_status,goods,discount,deposit,delivery,vat,total,received,refunded,currency\r\n", s.OrderAccounts},
	} {
		huma.Register(api, huma.Operation{
			OperationID: "export-" + file.name + "-accounts", Method: http.MethodGet, Path: "/v1/accounts/{month}/" + file.name + ".csv", Tags: []string{"Shop orders"}, Summary: file.summary,
			Description: file.description + " Days are the shop's. RFC 4180, UTF-8; cells that a spreadsheet would take for a formula begin with a single quotation mark, amounts are numbers with the currency's decimals.",
			Security:    auth.Scope(auth.ScopeOrdersRead),
			Responses: map[string]*huma.Response{"200": {Description: "The table.", Headers: map[string]*huma.Param{
				"Content-Disposition": {Description: "The name of the file.", Schema: &huma.Schema{Type: huma.TypeString}},
			}, Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}, Example: file.example}}}},
		}, func(ctx context.Context, in *struct {
			Month string `path:"month" pattern:"^2[0-9]{3}-(0[1-9]|1[0-2])$" maxLength:"7" example:"2026-05" doc:"The month."`
		}) (*huma.StreamResponse, error) {
			table, err := file.table(ctx, in.Month)
			if err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				hc.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present")
				hc.SetHeader("Content-Disposition", `attachment; filename="`+table.Name+`.csv"`)
				hc.SetHeader("Cache-Control", noStore)
				if err := table.Write(hc.BodyWriter()); err != nil {
					panic(http.ErrAbortHandler) // half a table is no table
				}
			}}, nil
		})
	}
}
