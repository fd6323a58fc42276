// What the database refuses, in words for the client. The rules are the
// schema's constraints; here each has its answer.

package market

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/shared/problem"
)

// noVariant is a 409: a product that readers see has something to sell.
func noVariant() *problem.Details {
	return problem.Conflict("a published product needs at least one variant").WithCode("no_variant").
		WithField("body.variants", "expected at least one")
}

// noSuchParent is a 422: what a product or category shall hang under is not there.
func noSuchParent(location string) *problem.Details {
	return invalid(location, "expected the id or slug of a category")
}

// notEmpty turns the refusal to remove a category that something hangs under
// into a 409.
func notEmpty(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.ConstraintName == "products_category_fkey" || pg.ConstraintName == "categories_parent_fkey") {
		return problem.Conflict("the category has products or other categories below it").WithCode("not_empty")
	}
	return err
}

// carried turns the refusal to remove a term that products have into a 409.
func carried(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "product_terms_term_fkey" {
		return problem.Conflict("products have it, drafts perhaps").WithCode("in_use")
	}
	return err
}

// refused turns the breach of a constraint into its problem; any other error is
// returned as it is.
func refused(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.ConstraintName {
	case "products_slug_key":
		return problem.Conflict("another product has this slug").WithCode("slug_taken").
			WithField("body.slug", "choose another word")
	case "categories_slug_key":
		return problem.Conflict("another category has this slug").WithCode("slug_taken").
			WithField("body.slug", "choose another word")
	case "terms_slug_key":
		return problem.Conflict("another of its kind has this slug").WithCode("slug_taken").
			WithField("body.slug", "choose another word")
	case "variants_gtin_key":
		return problem.Conflict("another variant has this GTIN").WithCode("gtin_taken").
			WithField("body.variants", "expected GTINs that no other product has")
	case "product_terms_term_fkey": // it was removed meanwhile
		return problem.Unprocessable("a brand, producer or label that was named is not there").
			WithField("body.labels", "expected terms that exist")
	case "variants_sku_key":
		return problem.Conflict("another variant has this sku").WithCode("sku_taken").
			WithField("body.variants", "expected skus that no other product has")
	case "products_category_fkey":
		return noSuchParent("body.category")
	case "categories_parent_fkey":
		return noSuchParent("body.parent")
	case "categories_no_cycle":
		return problem.Unprocessable("a category cannot be below itself").WithCode("below_itself").
			WithField("body.parent", "expected a category that is not below this one")
	case "categories_depth":
		return problem.Unprocessable("the tree has at most 8 levels").WithCode("too_deep").
			WithField("body.parent", "expected a category higher up")
	case "products_need_a_variant":
		return noVariant()
	}
	return err
}
