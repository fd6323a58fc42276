// Keeping the index: what happens elsewhere brings documents up to date.

package search

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/search/internal/searchdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Register has the bus keep the index: handlers of the events that change what
// documents hold, and the jobs that bring many of them up to date. It is called once,
// before the bus runs.
func (s *Service) Register(b *bus.Bus) {
	bus.Handle(b, "search.add_post", func(ctx context.Context, tx pgx.Tx, e contract.PostPublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.change_post", func(ctx context.Context, tx pgx.Tx, e contract.PostUpdated) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.remove_post", func(ctx context.Context, tx pgx.Tx, e contract.PostUnpublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.add_product", func(ctx context.Context, tx pgx.Tx, e contract.ProductPublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.change_product", func(ctx context.Context, tx pgx.Tx, e contract.ProductUpdated) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	bus.Handle(b, "search.remove_product", func(ctx context.Context, tx pgx.Tx, e contract.ProductUnpublished) error {
		return s.refresh(ctx, tx, string(e.ID))
	})
	renamed := func(ctx context.Context, tx pgx.Tx, job renamedJob) error {
		_, err := b.InsertTx(ctx, tx, job, nil)
		return err
	}
	bus.Handle(b, "search.rename_tag", func(ctx context.Context, tx pgx.Tx, e contract.TagUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID)})
	})
	bus.Handle(b, "search.rename_author", func(ctx context.Context, tx pgx.Tx, e contract.AuthorUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID)})
	})
	bus.Handle(b, "search.rename_category", func(ctx context.Context, tx pgx.Tx, e contract.CategoryUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID)})
	})
	bus.Handle(b, "search.rename_term", func(ctx context.Context, tx pgx.Tx, e contract.TermUpdated) error {
		return renamed(ctx, tx, renamedJob{Ref: string(e.ID), Products: e.Products})
	})
	s.registerEntries(b, renamed)
	bus.AddWorker(b, &renamedWorker{search: s})
	bus.AddWorker(b, &reindexWorker{search: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return reindexJob{Version: Version}, nil },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// refresh brings documents up to date in tx: those of what is public now are put, the
// others removed. It holds a lock for each id to the end of tx and reads after it has
// them, so that whoever comes last has read last.
func (s *Service) refresh(ctx context.Context, tx pgx.Tx, ids ...string) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	q := searchdb.New(tx)
	if err := q.LockDocuments(ctx, ids); err != nil {
		return err
	}
	documents, err := s.present(ctx, ids)
	if err != nil {
		return err
	}
	known, err := q.Digests(ctx, ids)
	if err != nil {
		return err
	}
	digests := map[string]string{}
	for _, k := range known {
		digests[k.ID] = string(k.Digest)
	}
	var changed []searchdb.PutDocumentParams
	for _, d := range documents {
		if digests[d.ID] != string(d.Digest) {
			changed = append(changed, d)
		}
		delete(digests, d.ID)
	}
	if gone := keys(digests); len(gone) > 0 {
		if err := q.RemoveDocuments(ctx, gone); err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	q.PutDocument(ctx, changed).Exec(func(_ int, e error) {
		if err == nil {
			err = e
		}
	})
	return err
}

func keys(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// present is the documents of what is public now among ids.
func (s *Service) present(ctx context.Context, ids []string) ([]searchdb.PutDocumentParams, error) {
	var postIDs []contract.PostID
	var productIDs []contract.ProductID
	var entryIDs []contract.EntryID
	for _, name := range ids {
		switch {
		case strings.HasPrefix(name, "post_"):
			postIDs = append(postIDs, contract.PostID(name))
		case strings.HasPrefix(name, "entry_"):
			entryIDs = append(entryIDs, contract.EntryID(name))
		default:
			productIDs = append(productIDs, contract.ProductID(name))
		}
	}
	documents, err := s.entryDocuments(ctx, entryIDs)
	if err != nil {
		return nil, err
	}
	if len(postIDs) > 0 {
		posts, err := s.posts.PostsByID(ctx, postIDs)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			documents = append(documents, ofPost(p))
		}
	}
	if len(productIDs) > 0 {
		products, err := s.products.ProductsByID(ctx, productIDs)
		if err != nil {
			return nil, err
		}
		for _, p := range products {
			documents = append(documents, ofProduct(p, urls.Product(p.Slug)))
		}
	}
	return documents, nil
}

// batch is how many documents are brought up to date in one transaction.
const batch = 100

// refreshAll is refresh in transactions of its own.
func (s *Service) refreshAll(ctx context.Context, ids []string, progress func(done int)) error {
	done := 0
	for part := range slices.Chunk(ids, batch) {
		if err := db.InTx(ctx, s.pool, func(tx pgx.Tx) error { return s.refresh(ctx, tx, part...) }); err != nil {
			return err
		}
		done += len(part)
		progress(done)
	}
	return nil
}

// renamedJob brings up to date what names a tag, author, term or category, and the
// products that came into it or left it.
type renamedJob struct {
	Ref      string               `json:"ref"`
	Products []contract.ProductID `json:"products,omitempty"`
}

// Kind names the job in the database.
func (renamedJob) Kind() string { return "search.renamed" }

type renamedWorker struct {
	river.WorkerDefaults[renamedJob]
	search *Service
}

// Timeout is what some ten thousand products of one category take.
func (*renamedWorker) Timeout(*river.Job[renamedJob]) time.Duration { return 10 * time.Minute }

// Work refreshes the documents.
func (w *renamedWorker) Work(ctx context.Context, job *river.Job[renamedJob]) error {
	ids, err := w.search.queries.DocumentsNaming(ctx, []string{job.Args.Ref})
	if err != nil {
		return err
	}
	for _, p := range job.Args.Products {
		if _, ok := id.Parse("prod", p); ok {
			ids = append(ids, string(p))
		}
	}
	return w.search.refreshAll(ctx, ids, func(int) {})
}
