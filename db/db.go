// The pool: pgx with a deadline on every wait.

package db

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrAcquire says that no connection came free within Options.AcquireTimeout.
var ErrAcquire = errors.New("db: no connection free in time")

// Options of a Pool. The zero value of each field means its default.
type Options struct {
	URL              string        // what pgx takes, e.g. postgres://user@host/name
	Name             string        // application_name, "roseash"
	MaxConns         int32         // 16
	StatementTimeout time.Duration // 5 s; the server cancels the statement, and ends a transaction that is idle for three times as long
	AcquireTimeout   time.Duration // 3 s; the wait for a free connection
}

// Pool is a pgxpool.Pool whose statements wait for a connection no longer than
// the acquire timeout. It satisfies the DBTX of the generated queries.
type Pool struct {
	*pgxpool.Pool
	acquire time.Duration
}

// Open makes a pool and proves that the database answers. It fails when the URL
// is malformed or the database cannot be reached within the acquire timeout.
func Open(ctx context.Context, o Options) (*Pool, error) {
	if o.Name == "" {
		o.Name = "roseash"
	}
	if o.MaxConns == 0 {
		o.MaxConns = 16
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = 5 * time.Second
	}
	if o.AcquireTimeout == 0 {
		o.AcquireTimeout = 3 * time.Second
	}
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("db: DATABASE_URL is not a PostgreSQL connection string")
	}
	cfg.MaxConns = o.MaxConns
	cfg.ConnConfig.ConnectTimeout = o.AcquireTimeout
	params := cfg.ConnConfig.RuntimeParams
	params["application_name"] = o.Name
	params["statement_timeout"] = strconv.FormatInt(o.StatementTimeout.Milliseconds(), 10)
	params["idle_in_transaction_session_timeout"] = strconv.FormatInt(3*o.StatementTimeout.Milliseconds(), 10)
	params["timezone"] = "UTC"
	cfg.AfterConnect = scanOurs
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p := &Pool{Pool: pool, acquire: o.AcquireTimeout}
	if _, err := p.Exec(ctx, "select 1"); err != nil {
		pool.Close()
		return nil, fmt.Errorf("db: the database does not answer: %w", err)
	}
	return p, nil
}

// scanOurs makes timestamps come back in UTC and not in the machine's zone, and
// ids without a detour.
func scanOurs(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	one := &pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: uuidCodec{}}
	c.TypeMap().RegisterType(one)
	c.TypeMap().RegisterType(&pgtype.Type{Name: "_uuid", OID: pgtype.UUIDArrayOID, Codec: &pgtype.ArrayCodec{ElementType: one}})
	return nil
}

// conn waits for a connection, at most for the acquire timeout.
func (p *Pool) conn(ctx context.Context) (*pgxpool.Conn, error) {
	wait, cancel := context.WithTimeoutCause(ctx, p.acquire, ErrAcquire)
	defer cancel()
	c, err := p.Acquire(wait)
	if err != nil && ctx.Err() == nil && wait.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrAcquire, err)
	}
	return c, err
}

// Exec runs a statement that returns no rows.
func (p *Pool) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	c, err := p.conn(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer c.Release()
	return c.Exec(ctx, sql, args...)
}

// Query runs a statement; its connection goes back when the rows are closed or
// read to their end.
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	c, err := p.conn(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.Query(ctx, sql, args...)
	if err != nil {
		c.Release()
		return nil, err
	}
	return &poolRows{Rows: rows, conn: c}, nil
}

// QueryRow runs a statement of which one row is wanted. Scan gives the
// connection back.
func (p *Pool) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	c, err := p.conn(ctx)
	if err != nil {
		return poolRow{err: err}
	}
	return poolRow{row: c.QueryRow(ctx, sql, args...), conn: c}
}

// Begin starts a transaction; InTx is the way to call it.
func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	c, err := p.conn(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := c.Begin(ctx)
	if err != nil {
		c.Release()
		return nil, err
	}
	return &poolTx{Tx: tx, conn: c}, nil
}

type poolRows struct {
	pgx.Rows
	conn *pgxpool.Conn
}

func (r *poolRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *poolRows) Close() {
	r.Rows.Close()
	if r.conn != nil {
		r.conn.Release()
		r.conn = nil
	}
}

type poolRow struct {
	row  pgx.Row
	conn *pgxpool.Conn
	err  error
}

func (r poolRow) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.conn.Release()
	return r.row.Scan(dest...)
}

type poolTx struct {
	pgx.Tx
	conn *pgxpool.Conn
}

func (t *poolTx) Commit(ctx context.Context) error {
	defer t.release()
	return t.Tx.Commit(ctx)
}

func (t *poolTx) Rollback(ctx context.Context) error {
	defer t.release()
	return t.Tx.Rollback(ctx)
}

func (t *poolTx) release() {
	if t.conn != nil {
		t.conn.Release()
		t.conn = nil
	}
}
