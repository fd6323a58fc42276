// Order settings: what is said on invoices, and agreed to at checkout.

package orders

import (
	"context"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// maxTerms is how long the terms may be, and the words on the right to cancel.
const maxTerms = 20_000

// OrderSettings are what the shop says of itself on invoices, and what must be agreed to
// before something is ordered. Orders name the version that was agreed to.
type OrderSettings struct {
	BusinessName    string    `json:"business_name" example:"Rose Ash Cooperative Ltd"`
	BusinessAddress string    `json:"business_address" example:"The Barn\nMill Lane\nHebden Bridge"`
	VATNumber       string    `json:"vat_number" example:"GB123456789" doc:"Empty: the shop is not registered."`
	CompanyNumber   string    `json:"company_number" example:"IP031234"`
	Contact         string    `json:"contact" example:"hello@rose-ash.example" doc:"Where to complain."`
	Terms           string    `json:"terms" example:"## Terms" doc:"Markdown. Empty: there is nothing to agree to."`
	Cancellation    string    `json:"cancellation" example:"You may cancel within 14 days." doc:"The right to cancel, and what it is not for. Markdown."`
	InvoicePrefix   string    `json:"invoice_prefix" example:"RA-" doc:"Before the numbers of invoices."`
	Version         int64     `json:"version" example:"4" doc:"Counts the changes; the ETag."`
	UpdatedAt       time.Time `json:"updated_at"`
}

// OrderSettingsFields are what is set of them. A nil field stays as it is.
type OrderSettingsFields struct {
	BusinessName    *string `json:"business_name,omitempty" maxLength:"200" example:"Rose Ash Cooperative Ltd"`
	BusinessAddress *string `json:"business_address,omitempty" maxLength:"500" example:"The Barn\nMill Lane\nHebden Bridge"`
	VATNumber       *string `json:"vat_number,omitempty" maxLength:"30" example:"GB123456789" doc:"Empty: the shop is not registered."`
	CompanyNumber   *string `json:"company_number,omitempty" maxLength:"30" example:"IP031234"`
	Contact         *string `json:"contact,omitempty" maxLength:"200" example:"hello@rose-ash.example" doc:"Where to complain."`
	Terms           *string `json:"terms,omitempty" maxLength:"20000" example:"## Terms" doc:"Markdown. Empty: there is nothing to agree to."`
	Cancellation    *string `json:"cancellation,omitempty" maxLength:"20000" example:"You may cancel within 14 days." doc:"The right to cancel, and what it is not for. Markdown."`
	InvoicePrefix   *string `json:"invoice_prefix,omitempty" maxLength:"10" pattern:"^[A-Z0-9-]*$" example:"RA-" doc:"Before the numbers of invoices that are issued from now on."`
}

// OrderSettings are the settings as they are.
func (s *Service) OrderSettings(ctx context.Context) (OrderSettings, error) {
	row, err := s.queries().OrderSettings(ctx)
	return orderSettings(row), err
}

// UpdateOrderSettings changes the fields that are given. version is the one that was seen:
// where it is not the current one that is a 412. What changes nothing makes no version. It
// fails with 422 for fields at fault, `unsafe_html` among them.
func (s *Service) UpdateOrderSettings(ctx context.Context, version int64, f OrderSettingsFields) (after OrderSettings, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		row, err := q.LockOrderSettings(ctx)
		if err != nil {
			return err
		}
		if row.Version != version {
			return changedSince()
		}
		before := row
		if err := f.apply(&row); err != nil {
			return err
		}
		if row != before {
			if row, err = q.UpdateOrderSettings(ctx, ordersdb.UpdateOrderSettingsParams{
				BusinessName: row.BusinessName, BusinessAddress: row.BusinessAddress, VatNumber: row.VatNumber, CompanyNumber: row.CompanyNumber,
				Contact: row.Contact, Terms: row.Terms, Cancellation: row.Cancellation, InvoicePrefix: row.InvoicePrefix}); err != nil {
				return err
			}
		}
		after = orderSettings(row)
		return nil
	})
	return after, err
}

var invoicePrefix = regexp.MustCompile(`^[A-Z0-9-]{0,10}$`)

// apply writes the fields that are given onto the row. It fails with 422.
func (f OrderSettingsFields) apply(row *ordersdb.Settings) error {
	if err := takeLines([]lineField{
		{"body.business_name", f.BusinessName, &row.BusinessName, 0, 200}, {"body.vat_number", f.VATNumber, &row.VatNumber, 0, 30},
		{"body.company_number", f.CompanyNumber, &row.CompanyNumber, 0, 30}, {"body.contact", f.Contact, &row.Contact, 0, 200},
	}); err != nil {
		return err
	}
	if err := takeText("body.business_address", f.BusinessAddress, &row.BusinessAddress, 500); err != nil {
		return err
	}
	if err := takeMarkdown("body.terms", f.Terms, &row.Terms); err != nil {
		return err
	}
	if err := takeMarkdown("body.cancellation", f.Cancellation, &row.Cancellation); err != nil {
		return err
	}
	if f.InvoicePrefix != nil {
		if !invoicePrefix.MatchString(*f.InvoicePrefix) {
			return field("body.invoice_prefix", "expected up to 10 capitals, digits and hyphens")
		}
		row.InvoicePrefix = *f.InvoicePrefix
	}
	return nil
}

// takeMarkdown writes a text that can be shown to shoppers. It fails with 422.
func takeMarkdown(location string, from, to *string) error {
	if err := takeText(location, from, to, maxTerms); err != nil || from == nil {
		return err
	}
	_, err := markdown.HTML(*to)
	if what, unsafe := markdown.IsUnsafe(err); unsafe {
		return problem.Unprocessable("the text holds %s", what).WithCode("unsafe_html").
			WithField(location, "may hold no scripts, handlers, styles, SVG, forms or links of other schemes")
	}
	return err
}

func orderSettings(r ordersdb.Settings) OrderSettings {
	return OrderSettings{
		BusinessName: r.BusinessName, BusinessAddress: r.BusinessAddress, VATNumber: r.VatNumber, CompanyNumber: r.CompanyNumber,
		Contact: r.Contact, Terms: r.Terms, Cancellation: r.Cancellation, InvoicePrefix: r.InvoicePrefix,
		Version: r.Version, UpdatedAt: r.UpdatedAt,
	}
}
