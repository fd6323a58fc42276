// The builder's planning: events and full builds become work.

package ssg

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// planEvents stores, in one transaction, where the changed things are in lists,
// what has to be rendered for them and for a day that has begun since the one that the
// pages were made for, and that the events are taken care of. Losing it in a
// crash would leave the events as they were, so that it need not wait for the disk.
func (b *Builder) planEvents(ctx context.Context, read *batch, events []bus.Record, madeFor string) error {
	c, err := Changed(events)
	if err != nil {
		return err
	}
	var ids []int64
	err = b.transactAs(ctx, "off", func(tx pgx.Tx, q *ssgdb.Queries) error {
		read.src.Lists = paging.Stored{DB: tx}
		p := planner{batch: read, ctx: ctx, tx: tx, q: q, size: b.Sizes.of, indexes: b.Renderer.indexes(), madeFor: madeFor}
		touched, err := p.plan(c)
		if err != nil {
			return err
		}
		if err := b.withdraw(ctx, q, hidden(read, c)); err != nil {
			return err
		}
		ids, err = b.enqueue(ctx, tx, q, touched)
		if err != nil {
			return err
		}
		if read.day != madeFor {
			if err := q.PutDay(ctx, read.day); err != nil {
				return err
			}
		}
		return bus.MarkBuilt(ctx, tx, eventIDs(events))
	})
	read.src.Lists = b.Sources.Lists
	reached("planned")
	if err == nil && len(ids) > 0 {
		b.planned, b.plannedN = read, ids[0]
	}
	return err
}

func eventIDs(events []bus.Record) []int64 {
	ids := make([]int64, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	return ids
}

// enqueue stores the units that are affected. Where they are many, the changed
// things' own come now, and the rest as parts of a large build.
func (b *Builder) enqueue(ctx context.Context, tx pgx.Tx, q *ssgdb.Queries, t Touched) ([]int64, error) {
	keys := make([]string, 0, len(t.Values))
	for k := range t.Values {
		keys = append(keys, k)
	}
	rows, err := q.Dependents(ctx, keys)
	if err != nil {
		return nil, err
	}
	reads := make([]Read, len(rows))
	for i, r := range rows {
		reads[i] = Read{parseUnit(r.Unit), r.Key, r.Value}
	}
	units := Affected(t, reads)
	if err := q.Touch(ctx, slices.Concat(keys, unitNames(units))); err != nil {
		return nil, err
	}
	now, later := units, []Unit(nil)
	if len(units) > nowLimit {
		now = inOrder(slices.Clone(t.Direct))
		direct := map[Unit]bool{}
		for _, u := range now {
			direct[u] = true
		}
		later = slices.DeleteFunc(units, func(u Unit) bool { return direct[u] })
		if now, later, err = withNew(ctx, q, now, later); err != nil {
			return nil, err
		}
	}
	ids, err := b.put(ctx, q, laneNow, nil, now)
	if err != nil {
		return nil, err
	}
	return ids, b.putParts(ctx, tx, q, later)
}

// withNew moves the units that have no page yet from later to now, so that they
// come together with what links to them.
func withNew(ctx context.Context, q *ssgdb.Queries, now, later []Unit) ([]Unit, []Unit, error) {
	known, err := q.KnownUnits(ctx, unitNames(later))
	if err != nil {
		return nil, nil, err
	}
	there := make(map[string]bool, len(known))
	for _, u := range known {
		there[u] = true
	}
	var rest []Unit
	for _, u := range later {
		if there[u.String()] {
			rest = append(rest, u)
		} else {
			now = append(now, u)
		}
	}
	return inOrder(now), rest, nil
}

// put stores units as one piece of work, none where there are no units.
func (b *Builder) put(ctx context.Context, q *ssgdb.Queries, lane int16, build *int64, pieces ...[]Unit) ([]int64, error) {
	args := ssgdb.PutWorkParams{Lane: lane, Build: build, Fingerprint: b.Fingerprint}
	for _, units := range pieces {
		if len(units) > 0 {
			args.Units = append(args.Units, strings.Join(unitNames(units), "\n"))
		}
	}
	if len(args.Units) == 0 {
		return nil, nil
	}
	return q.PutWork(ctx, args)
}

// putParts stores units as parts of a large build and calls for help with them.
func (b *Builder) putParts(ctx context.Context, tx pgx.Tx, q *ssgdb.Queries, units []Unit) error {
	if len(units) == 0 {
		return nil
	}
	build, err := q.NewBuild(ctx)
	if err != nil {
		return err
	}
	ids, err := b.put(ctx, q, laneParts, &build, slices.Collect(slices.Chunk(units, partSize))...)
	if err != nil || b.Spread == nil || len(ids) < 3 {
		return err
	}
	return b.Spread(ctx, tx, ids[1:])
}

// retry stores units that could not be made, to be tried again after a while.
func (b *Builder) retry(ctx context.Context, q *ssgdb.Queries, units []Unit, attempts int32) error {
	if len(units) == 0 {
		return nil
	}
	_, err := q.PutWork(ctx, ssgdb.PutWorkParams{
		Lane: laneNow, Fingerprint: b.Fingerprint, Attempts: attempts + 1,
		Delay: min(time.Second<<min(attempts, 10), 10*time.Minute).Seconds(),
		Units: []string{strings.Join(unitNames(units), "\n")},
	})
	return err
}

// allEvents is how many a full build acknowledges at the most: what they changed
// it has read. More are planned after it.
const allEvents = 100_000

// placesAtOnce bounds the memory that placing the things of a large site takes.
const placesAtOnce = 10_000

// planAll plans every unit there is, and those whose pages have to go.
func (b *Builder) planAll(ctx context.Context, events []bus.Record, site int64, day string) error {
	if len(events) == batchSize {
		more, err := bus.Unbuilt(ctx, b.Pool, allEvents)
		if err != nil {
			return err
		}
		events = more
	}
	things, away, err := b.withdrawn(ctx, events)
	if err != nil {
		return err
	}
	places, units, err := b.walkAll(ctx)
	if err != nil {
		return err
	}
	if places, err = withGone(ctx, ssgdb.New(b.Pool), places); err != nil {
		return err
	}
	if err := ssgdb.New(b.Pool).ForgetFingerprint(ctx); err != nil {
		return err // a crash below must not leave places that nobody has planned for
	}
	for some := range slices.Chunk(places, placesAtOnce) {
		err := b.transact(ctx, func(tx pgx.Tx, _ *ssgdb.Queries) error {
			_, err := paging.Put(ctx, tx, some, b.Sizes.of)
			return err
		})
		if err != nil {
			return err
		}
	}
	err = b.transact(ctx, func(tx pgx.Tx, q *ssgdb.Queries) error {
		lists, err := b.listUnits(ctx, paging.Stored{DB: tx})
		if err != nil {
			return err
		}
		known, err := q.AllUnits(ctx)
		if err != nil {
			return err
		}
		all := withoutData(inOrder(slices.Concat(units, lists)), parseUnits(known))
		b.total, b.done = len(all), 0
		for _, step := range []func() error{
			func() error { return q.ClearWork(ctx) },
			func() error { return q.ClearTouched(ctx) },
			func() error { return b.withdraw(ctx, q, things) },
			func() error { _, err := b.put(ctx, q, laneNow, nil, away); return err },
			func() error { return b.putParts(ctx, tx, q, all) },
			func() error {
				return q.PutState(ctx, ssgdb.PutStateParams{Fingerprint: b.Fingerprint, Site: site, Day: day})
			},
			func() error { return bus.MarkBuilt(ctx, tx, eventIDs(events)) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	reached("planned")
	return err
}

// withdrawn are the things that events have hidden, and the pages of those that
// are not public any more: they do not wait for the rest of a full build. Where
// the events are too many to look at each, everything counts as hidden.
func (b *Builder) withdrawn(ctx context.Context, events []bus.Record) (things []string, pages []Unit, err error) {
	c, err := Changed(events)
	if err != nil {
		return nil, nil, err
	}
	read, err := newBatch(ctx, b.Sources, b.Clock.Now())
	if err != nil {
		return nil, nil, err
	}
	c.Posts, c.Products = unique(c.Posts), unique(c.Products)
	load := read.loadPosts
	if len(events) > batchSize {
		load = read.loadCards
	}
	if err := load(ctx, slices.Clone(c.Posts)); err != nil {
		return nil, nil, err
	}
	if err := read.loadProductCards(ctx, slices.Clone(c.Products)); err != nil {
		return nil, nil, err
	}
	if pages, err = b.withdrawnEntries(ctx, read, c); err != nil {
		return nil, nil, err
	}
	for _, id := range c.Posts {
		if read.card(id) == nil {
			pages = append(pages, Unit{Kind: kindPost, ID: string(id)})
		}
	}
	for _, id := range c.Products {
		if read.productCard(id) == nil {
			pages = append(pages, Unit{Kind: kindProduct, ID: string(id)})
		}
	}
	if len(events) > batchSize {
		return slices.Concat(stringsOf(c.Posts), stringsOf(c.Products), stringsOf(c.Entries)), inOrder(pages), nil
	}
	return hidden(read, c), inOrder(pages), nil
}

// withoutData adds to the units that the data has those that it has not any more,
// at the end: their pages go when nothing links to them.
func withoutData(units, known []Unit) []Unit {
	there := make(map[Unit]bool, len(units))
	for _, u := range units {
		there[u] = true
	}
	for _, u := range known {
		if !there[u] {
			units = append(units, u)
		}
	}
	return units
}

// walkAll goes through the data: where things are in lists, and their own units.
func (m *Maker) walkAll(ctx context.Context) (places []paging.Place, units []Unit, err error) {
	if units, err = m.Renderer.fixed(); err != nil {
		return nil, nil, err
	}
	err = walk(func(cursor string) ([]contract.PostCard, string, error) { return m.Sources.Blog.WalkPosts(ctx, cursor) },
		func(cards []contract.PostCard) error {
			for _, c := range cards {
				places = append(places, placeOfPost(c))
				units = append(units, Unit{Kind: kindPost, ID: string(c.ID)})
			}
			return ctx.Err()
		})
	if err != nil {
		return nil, nil, err
	}
	err = walk(func(cursor string) ([]contract.ProductCard, string, error) {
		return m.Sources.Market.WalkProducts(ctx, cursor)
	}, func(cards []contract.ProductCard) error {
		for _, c := range cards {
			places = append(places, placeOfProduct(c))
			units = append(units, Unit{Kind: kindProduct, ID: string(c.ID)})
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, nil, err
	}
	tree, err := m.Sources.Market.Categories(ctx)
	for _, c := range tree {
		units = append(units, Unit{Kind: kindCategory, ID: string(c.ID)})
	}
	if err != nil {
		return nil, nil, err
	}
	collections, err := m.Sources.Market.Terms(ctx, contract.CollectionTaxonomy)
	for _, t := range collections {
		units = append(units, Unit{Kind: kindTerm, ID: string(t.ID)})
	}
	if err != nil {
		return nil, nil, err
	}
	ofEvents, err := m.walkEvents(ctx)
	return places, append(units, ofEvents...), err
}

// withGone adds what is in lists and not in the data: it is in none from now on.
func withGone(ctx context.Context, q *ssgdb.Queries, places []paging.Place) ([]paging.Place, error) {
	there := make(map[string]bool, len(places))
	for _, p := range places {
		there[p.Item] = true
	}
	items, err := q.AllItems(ctx)
	for _, item := range items {
		if !there[item] {
			places = append(places, paging.Place{Item: item})
		}
	}
	return places, err
}

// listUnits are the units of all lists: their pages, feeds and parts of the sitemap.
func (m *Maker) listUnits(ctx context.Context, lists paging.Reader) ([]Unit, error) {
	pages, err := lists.Pages(ctx)
	if err != nil {
		return nil, err
	}
	var units []Unit
	for list, numbers := range pages {
		if kind, id := paged(list); kind != "" {
			for _, n := range append(numbers, 0) {
				units = append(units, Unit{Kind: kind, ID: id, Page: n})
			}
		}
		if fed(list) {
			units = append(units, Unit{Kind: kindFeed, ID: list})
		}
		if sharded[list] {
			shards, err := lists.Shards(ctx, list, sitemapLength)
			if err != nil {
				return nil, err
			}
			for _, n := range shards {
				units = append(units, Unit{Kind: kindSitemap, ID: list, Page: n})
			}
		}
	}
	slices.SortFunc(units, func(a, b Unit) int { return strings.Compare(a.String(), b.String()) })
	return units, nil
}

// unbuilt reads the next events.
func (b *Builder) unbuilt(ctx context.Context) ([]bus.Record, error) {
	return bus.Unbuilt(ctx, b.Pool, batchSize)
}
