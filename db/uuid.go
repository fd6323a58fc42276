// Ids as they come from the database and go there: 16 bytes as 16 bytes.

package db

import (
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// uuidCodec scans into uuid.UUID and encodes it without the detour by text that
// pgx takes with every sql.Scanner and driver.Valuer.
type uuidCodec struct{ pgtype.UUIDCodec }

// PlanScan knows one way more.
func (c uuidCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return scanUUID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

// PlanEncode knows one way more.
func (c uuidCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return encodeUUID{}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

type encodeUUID struct{}

// Encode appends the bytes.
func (encodeUUID) Encode(value any, buf []byte) ([]byte, error) {
	u := value.(uuid.UUID)
	return append(buf, u[:]...), nil
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
