// Ids as they come from the database: 16 bytes into 16 bytes.

package db

import (
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// uuidCodec scans into uuid.UUID without the detour by text that pgx takes with
// every sql.Scanner.
type uuidCodec struct{ pgtype.UUIDCodec }

// PlanScan knows one way more.
func (c uuidCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return scanUUID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type scanUUID struct{}

// Scan copies the bytes; NULL belongs into a pointer.
func (scanUUID) Scan(src []byte, target any) error {
	if len(src) != 16 {
		return errors.New("db: NULL or no UUID for a uuid.UUID")
	}
	copy(target.(*uuid.UUID)[:], src)
	return nil
}
