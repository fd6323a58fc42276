// The service, and what it stands on.

package orders

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// How long things last. SumUp's checkout ends two minutes before what is reserved is let go.
const (
	CheckoutLasts = 30 * time.Minute
	HoldLasts     = CheckoutLasts + 2*time.Minute
)

// Cart is the cart, as far as orders need it.
type Cart interface {
	// Take makes an order of the open cart of whoever makes the request (cart.Service.Take).
	Take(ctx context.Context, tx pgx.Tx, order contract.OrderID, email string, ifMatch *int64) (contract.TakenCart, error)
	// Price is what Take would take.
	Price(ctx context.Context) (contract.TakenCart, error)
	// LockFor locks the carts that GiveBack needs; it comes before the order's lock.
	LockFor(ctx context.Context, tx pgx.Tx, cart contract.CartID) error
	// GiveBack puts lines of an order that ended unpaid into the open cart.
	GiveBack(ctx context.Context, tx pgx.Tx, cart contract.CartID, order contract.OrderID, lines []contract.ReturnedLine) error
}

// Supplier is the domain that things of one kind come from. All of it is in the caller's
// transaction, after the order was locked, and takes its locks by id.
type Supplier interface {
	// Offers says what things are and cost now, for the counter.
	Offers(ctx context.Context, tx pgx.Tx, ids []string, buyer contract.Buyer) (map[string]contract.Offer, error)
	// Reserve holds things for an order, in place of all that it holds so far. Where there
	// is less of any than is wanted nothing is held, and all shortages are the answer.
	Reserve(ctx context.Context, tx pgx.Tx, order contract.OrderID, want []contract.Take) ([]contract.Shortage, error)
	// Allocate makes what an order holds its own: it is paid. Tickets are issued here.
	Allocate(ctx context.Context, tx pgx.Tx, order contract.OrderID) error
	// Release lets go of so much of what an order holds; nil: of all of it.
	Release(ctx context.Context, tx pgx.Tx, order contract.OrderID, what []contract.Take) error
	// Fulfil hands over so much of what an order holds: it leaves the shop.
	Fulfil(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) error
	// Sell takes things over the counter, at once and without a hold.
	Sell(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) ([]contract.Shortage, error)
	// Return takes back what was handed over.
	Return(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) error
}

// Provider takes payments: *sumup.Client.
type Provider interface {
	Create(ctx context.Context, n sumup.NewCheckout) sumup.Result[sumup.Checkout]
	Checkout(ctx context.Context, id string) sumup.Result[sumup.Checkout]
	FindByReference(ctx context.Context, reference string) sumup.Result[sumup.Checkout]
	Deactivate(ctx context.Context, id string) sumup.Result[sumup.Checkout]
	Refund(ctx context.Context, transaction string, amountMinor int64, currency string) sumup.Result[struct{}]
	Transaction(ctx context.Context, id string) sumup.Result[sumup.Transaction]
	History(ctx context.Context, from, to time.Time, use func(sumup.Transaction) error) (sumup.Result[int], error)
	Payouts(ctx context.Context, from, to time.Time) sumup.Result[[]sumup.Payout]
}

// People knows who has signed in.
type People interface {
	// Person is a user's name and primary e-mail address.
	Person(ctx context.Context, user contract.UserID) (name, email string, err error)
}

// Options are what the service stands on. Provider is nil where payments are not
// configured: checkout of anything that costs money answers 503 `payments_not_configured`.
type Options struct {
	Pool      *db.Pool
	Clock     clock.Clock
	Key       seal.Key
	Bus       *bus.Bus
	Mail      mail.Queue
	Sites     urls.Sites
	Log       *slog.Logger
	Cart      Cart
	Suppliers map[contract.LineKind]Supplier
	People    People
	Settings  func(ctx context.Context) (contract.SiteSettings, error)
	Provider  Provider
	// MerchantCode is whom payments must be for.
	MerchantCode string
	// Currency is the shop's.
	Currency string
}

// Service is orders. New makes one.
type Service struct{ Options }

// New makes the service; nothing is asked of the database.
func New(o Options) *Service { return &Service{Options: o} }

func (s *Service) queries() *ordersdb.Queries { return ordersdb.New(s.Pool) }

// Prefixes of ids.
const (
	orderPrefix    = "ord"
	linePrefix     = "line"
	attemptPrefix  = "pay"
	refundPrefix   = "ref"
	slotPrefix     = "slot"
	windowPrefix   = "win"
	deliveryPrefix = "del"
)
