// Making the archive of an export.

package account

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/account/internal/accountdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// maxArchive is how large an archive may be, in bytes, before it is compressed.
const maxArchive = 64 << 20

// fileName is what a source may call a file.
var fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,79}$`)

// make makes the archive of an export and has its user told. One that was finished or erased
// meanwhile is left alone.
func (s *Service) make(ctx context.Context, export uuid.UUID) error {
	owner, err := s.queries().UnfinishedExport(ctx, export)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	user := id.Format[contract.UserID](userPrefix, owner)
	archive, err := s.archive(ctx, user)
	if err != nil {
		return err
	}
	address, err := s.Names.PrimaryAddress(ctx, user)
	if err != nil && problem.From(err).Status != http.StatusNotFound {
		return err
	}
	now := s.Clock.Now()
	until := now.Add(ExportLasts)
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		n, err := accountdb.New(tx).FinishExport(ctx, accountdb.FinishExportParams{ID: export, Now: &now, ExpiresAt: until, Archive: archive})
		if err != nil || n == 0 || address == "" {
			return err
		}
		return s.Mail.Queue(ctx, tx, contract.Mail{
			Kind: "export_ready", To: address, ExpiresAt: until,
			Data: contract.LinkMail{Link: s.Sites.URL(urls.Account, "/"), Until: until},
		})
	})
}

// archive is a zip of what all sources have of a user, and of what that is.
func (s *Service) archive(ctx context.Context, user contract.UserID) ([]byte, error) {
	files := map[string]any{}
	for _, source := range s.Sources {
		found, err := source(ctx, user)
		if err != nil {
			return nil, err
		}
		for name, content := range found {
			if _, twice := files[name]; twice || !fileName.MatchString(name) {
				return nil, fmt.Errorf("account: two sources have a file %q, or it is no name for one", name)
			}
			files[name] = content
		}
	}
	now := s.Clock.Now()
	names := slices.Sorted(maps.Keys(files))
	var out bytes.Buffer
	z, size := zip.NewWriter(&out), 0
	write := func(name string, content []byte) error {
		if size += len(content); size > maxArchive {
			return errors.New("account: an export is larger than it may be")
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	if err := write("README.txt", readme(s.Sites.Main(), user, now, names)); err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := json.MarshalIndent(files[name], "", "  ")
		if err != nil {
			return nil, fmt.Errorf("account: %s.json cannot be written", name) // without what is in it
		}
		if err := write(name+".json", append(content, '\n')); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// readme says what is in an archive.
func readme(origin string, user contract.UserID, at time.Time, names []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "This is what %s has stored of you.\n\n", origin)
	fmt.Fprintf(&b, "Account:  %s\nMade:     %s\n\n", user, at.UTC().Format("2 January 2006, 15:04 UTC"))
	b.WriteString("Each file is JSON in UTF-8, which any text editor shows. Times are in UTC\n(RFC 3339).\n\n")
	if len(names) == 0 {
		b.WriteString("Nothing is stored.\n")
	}
	for _, name := range names {
		fmt.Fprintf(&b, "  %s.json\n", name)
	}
	b.WriteString("\nSecrets, such as what your browser shows to stay signed in, are not in it: they\nare stored in a form that cannot be turned back.\n")
	return []byte(b.String())
}
