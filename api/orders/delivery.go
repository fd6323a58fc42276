// Delivery methods: how goods reach people, as a shopkeeper sets them up.

package orders

import (
	"context"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Limits on delivery methods.
const (
	maxMethods   = 100
	maxFee       = 99_999_999
	maxPostcodes = 200
	maxSortOrder = 100_000
)

// DeliveryMethod is one way for goods to leave the shop.
type DeliveryMethod struct {
	ID            contract.DeliveryID `json:"id" example:"del_019ab3f47c2e7d06b8a1f0c2d3e4f513"`
	Name          string              `json:"name" example:"Collection at the barn"`
	Kind          string              `json:"kind" enum:"collection,delivery" example:"collection" doc:"delivery needs an address."`
	Place         string              `json:"place" example:"The Barn, Mill Lane" doc:"Where goods are collected."`
	Instructions  string              `json:"instructions" example:"Ring the bell by the gate." doc:"Also in mails."`
	FeeMinor      int64               `json:"fee_minor" example:"0" doc:"Minor units of the currency, with VAT."`
	FreeFromMinor *int64              `json:"free_from_minor,omitempty" example:"4000" doc:"There is no fee where goods come to so much; absent: there always is."`
	Currency      string              `json:"currency" example:"GBP" doc:"The shop's when it was made."`
	Postcodes     []string            `json:"postcodes" example:"[\"HX7\",\"OL14\"]" doc:"Beginnings of the postcodes that are served; none: all are."`
	Active        bool                `json:"active" example:"true" doc:"Whether it can be chosen."`
	SortOrder     int                 `json:"sort_order" example:"0" doc:"Place among the others; those with the same are sorted by name."`
	Version       int64               `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	UpdatedAt     time.Time           `json:"updated_at"`
}

// DeliveryMethodFields are what a shopkeeper sets of a method. A nil field stays as it is; a
// new one needs Name and Kind, and is active where nothing is said of that.
type DeliveryMethodFields struct {
	Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"120" example:"Collection at the barn"`
	Kind          *string   `json:"kind,omitempty" enum:"collection,delivery" example:"collection" doc:"delivery needs an address."`
	Place         *string   `json:"place,omitempty" maxLength:"300" example:"The Barn, Mill Lane" doc:"Where goods are collected."`
	Instructions  *string   `json:"instructions,omitempty" maxLength:"1000" example:"Ring the bell by the gate." doc:"Also in mails."`
	FeeMinor      *int64    `json:"fee_minor,omitempty" minimum:"0" maximum:"99999999" example:"350" doc:"Minor units of the shop's currency, with VAT."`
	FreeFromMinor *int64    `json:"free_from_minor,omitempty" minimum:"0" maximum:"99999999999" example:"4000" doc:"There is no fee where goods come to so much; 0: there always is."`
	Postcodes     *[]string `json:"postcodes,omitempty" maxItems:"200" example:"[\"HX7\",\"OL14\"]" doc:"Beginnings of the postcodes that are served; none: all are."`
	Active        *bool     `json:"active,omitempty" example:"true" doc:"Whether it can be chosen."`
	SortOrder     *int      `json:"sort_order,omitempty" minimum:"0" maximum:"100000" example:"0" doc:"Place among the others."`
}

// DeliveryMethods are all, in their order, those that are not active too.
func (s *Service) DeliveryMethods(ctx context.Context) ([]DeliveryMethod, error) {
	rows, err := s.queries().DeliveryMethods(ctx)
	list := make([]DeliveryMethod, len(rows))
	for i, r := range rows {
		list[i] = deliveryMethod(r)
	}
	return list, err
}

// DeliveryMethod is one of them; an unknown one is a 404.
func (s *Service) DeliveryMethod(ctx context.Context, method contract.DeliveryID) (DeliveryMethod, error) {
	u, ok := id.Parse(deliveryPrefix, method)
	if !ok {
		return DeliveryMethod{}, noDeliveryMethod()
	}
	row, err := s.queries().DeliveryMethod(ctx, u)
	return found(row, err, deliveryMethod, noDeliveryMethod)
}

// CreateDeliveryMethod makes one in the shop's currency. It fails with 422 for fields at
// fault, and with 409 `too_many` where there are a hundred.
func (s *Service) CreateDeliveryMethod(ctx context.Context, f DeliveryMethodFields) (DeliveryMethod, error) {
	row := ordersdb.DeliveryMethod{ID: id.New(), Currency: s.Currency, Active: true, Postcodes: []string{}}
	switch {
	case f.Name == nil:
		return DeliveryMethod{}, field("body.name", "is required")
	case f.Kind == nil:
		return DeliveryMethod{}, field("body.kind", "is required")
	}
	if err := f.apply(&row); err != nil {
		return DeliveryMethod{}, err
	}
	made, err := s.queries().InsertDeliveryMethod(ctx, ordersdb.InsertDeliveryMethodParams{
		ID: row.ID, Name: row.Name, Kind: row.Kind, Place: row.Place, Instructions: row.Instructions, FeeMinor: row.FeeMinor,
		FreeFromMinor: row.FreeFromMinor, Currency: row.Currency, Postcodes: row.Postcodes, Active: row.Active, SortOrder: row.SortOrder, Most: maxMethods})
	return found(made, err, deliveryMethod, func() error {
		return problem.Conflict("there are a hundred ways of delivery, which is all there may be").WithCode("too_many")
	})
}

// UpdateDeliveryMethod changes the fields that are given. version is the one that was seen:
// where it is not the current one that is a 412. What changes nothing makes no version.
// Orders that were placed keep what they were told. It fails with 404, and with 422 for
// fields at fault.
func (s *Service) UpdateDeliveryMethod(ctx context.Context, method contract.DeliveryID, version int64, f DeliveryMethodFields) (after DeliveryMethod, err error) {
	err = s.changeMethod(ctx, method, version, func(q *ordersdb.Queries, row ordersdb.DeliveryMethod) error {
		before := row
		before.Postcodes = slices.Clone(row.Postcodes)
		if err := f.apply(&row); err != nil {
			return err
		}
		if !reflect.DeepEqual(before, row) {
			if row, err = q.UpdateDeliveryMethod(ctx, ordersdb.UpdateDeliveryMethodParams{
				ID: row.ID, Name: row.Name, Kind: row.Kind, Place: row.Place, Instructions: row.Instructions, FeeMinor: row.FeeMinor,
				FreeFromMinor: row.FreeFromMinor, Postcodes: row.Postcodes, Active: row.Active, SortOrder: row.SortOrder}); err != nil {
				return err
			}
		}
		after = deliveryMethod(row)
		return nil
	})
	return after, err
}

// DeleteDeliveryMethod removes one that no window has slots of, else it is a 409 `in_use`:
// what is not active is not offered either. version is as for UpdateDeliveryMethod.
func (s *Service) DeleteDeliveryMethod(ctx context.Context, method contract.DeliveryID, version int64) error {
	return s.changeMethod(ctx, method, version, func(q *ordersdb.Queries, row ordersdb.DeliveryMethod) error {
		err := q.DeleteDeliveryMethod(ctx, row.ID)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.ConstraintName == "slots_delivery_id_fkey" {
			return problem.Conflict("ordering windows have slots of it: make it inactive instead").WithCode("in_use")
		}
		return err
	})
}

// changeMethod locks a method and hands it on where its version is the one that was seen.
func (s *Service) changeMethod(ctx context.Context, method contract.DeliveryID, version int64, change func(*ordersdb.Queries, ordersdb.DeliveryMethod) error) error {
	u, ok := id.Parse(deliveryPrefix, method)
	if !ok {
		return noDeliveryMethod()
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		row, err := q.LockDeliveryMethod(ctx, u)
		if errors.Is(err, pgx.ErrNoRows) {
			return noDeliveryMethod()
		}
		if err != nil {
			return err
		}
		if row.Version != version {
			return changedSince()
		}
		return change(q, row)
	})
}

// postcodeBeginning is what a postcode may begin with, in capitals.
var postcodeBeginning = regexp.MustCompile(`^[A-Z0-9][A-Z0-9 -]{0,9}$`)

// apply writes the fields that are given onto a row. It fails with 422.
func (f DeliveryMethodFields) apply(row *ordersdb.DeliveryMethod) error {
	if err := takeLines([]lineField{
		{"body.name", f.Name, &row.Name, 1, 120}, {"body.place", f.Place, &row.Place, 0, 300},
	}); err != nil {
		return err
	}
	if err := takeText("body.instructions", f.Instructions, &row.Instructions, 1000); err != nil {
		return err
	}
	switch {
	case f.Kind != nil && *f.Kind != "collection" && *f.Kind != "delivery":
		return field("body.kind", "expected collection or delivery")
	case f.FeeMinor != nil && (*f.FeeMinor < 0 || *f.FeeMinor > maxFee):
		return field("body.fee_minor", "expected 0 to 99999999")
	case f.FreeFromMinor != nil && (*f.FreeFromMinor < 0 || *f.FreeFromMinor > 99_999_999_999):
		return field("body.free_from_minor", "expected 0 to 99999999999")
	case f.SortOrder != nil && (*f.SortOrder < 0 || *f.SortOrder > maxSortOrder):
		return field("body.sort_order", "expected 0 to 100000")
	}
	if f.Kind != nil {
		row.Kind = *f.Kind
	}
	if f.FeeMinor != nil {
		row.FeeMinor = *f.FeeMinor
	}
	if f.FreeFromMinor != nil {
		if row.FreeFromMinor = f.FreeFromMinor; *f.FreeFromMinor == 0 {
			row.FreeFromMinor = nil
		}
	}
	if f.Active != nil {
		row.Active = *f.Active
	}
	if f.SortOrder != nil {
		row.SortOrder = int32(*f.SortOrder)
	}
	if f.Postcodes == nil {
		return nil
	}
	return takePostcodes(*f.Postcodes, &row.Postcodes)
}

// takePostcodes writes beginnings of postcodes in capitals and with single spaces.
func takePostcodes(typed []string, to *[]string) error {
	if len(typed) > maxPostcodes {
		return field("body.postcodes", "expected at most 200")
	}
	list := make([]string, len(typed))
	for i, p := range typed {
		list[i] = strings.ToUpper(strings.Join(strings.Fields(p), " "))
		if !postcodeBeginning.MatchString(list[i]) {
			return field(at("body.postcodes", i), "expected the beginning of a postcode")
		}
		if slices.Contains(list[:i], list[i]) {
			return field(at("body.postcodes", i), "is twice in the list")
		}
	}
	*to = list
	return nil
}

func deliveryMethod(r ordersdb.DeliveryMethod) DeliveryMethod {
	return DeliveryMethod{
		ID: deliveryID(r.ID), Name: r.Name, Kind: r.Kind, Place: r.Place, Instructions: r.Instructions, FeeMinor: r.FeeMinor,
		FreeFromMinor: r.FreeFromMinor, Currency: r.Currency, Postcodes: r.Postcodes, Active: r.Active,
		SortOrder: int(r.SortOrder), Version: r.Version, UpdatedAt: r.UpdatedAt,
	}
}

func deliveryID(u uuid.UUID) contract.DeliveryID {
	return id.Format[contract.DeliveryID](deliveryPrefix, u)
}

func noDeliveryMethod() error { return problem.NotFound("no such delivery method") }

// changedSince is the 412 of who changes what another has changed.
func changedSince() error {
	return problem.PreconditionFailed("this was changed since the version that was named")
}

// found shows a row, or fails as none does where there is none.
func found[R, T any](row R, err error, show func(R) T, none func() error) (shown T, _ error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return shown, none()
	}
	if err != nil {
		return shown, err
	}
	return show(row), nil
}

// lineField is a text of one line that is given, where it goes, and its length.
type lineField struct {
	location    string
	from, to    *string
	least, most int
}

// takeLines writes the lines that are given. It fails with 422 for the first at fault.
func takeLines(fields []lineField) error {
	for _, f := range fields {
		if f.from == nil {
			continue
		}
		line, ok := oneLine(*f.from)
		if n := utf8.RuneCountInString(line); !ok || n < f.least || n > f.most {
			return field(f.location, "expected one line of text, not too long")
		}
		*f.to = line
	}
	return nil
}

// takeText writes a text of several lines where it is given. It fails with 422.
func takeText(location string, from, to *string, most int) error {
	if from == nil {
		return nil
	}
	text, ok := manyLines(*from)
	if !ok || utf8.RuneCountInString(text) > most {
		return field(location, "expected text, not too long")
	}
	*to = text
	return nil
}
