// The operations on comparisons with SumUp, on what they find, and on the accounts.

package orders

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// nightRoutes registers the operations on comparisons, differences and accounts.
func (s *Service) nightRoutes(api huma.API) {
	night := func(id, method, path, summary, description, scope string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Shop orders"}, Summary: summary, Description: description, Security: auth.Scope(scope)}
	}
	begin := night("create-reconciliation", http.MethodPost, "/v1/reconciliations", "Compare the books with SumUp's",
		"Begins what is done each night: SumUp's transactions since the last time, with a day of overlap, are compared with the ledger. Payments of ours that nobody has told us of are settled, "+
			"refunds and chargebacks that were made elsewhere come into the books, and every difference is kept to be looked at. Doing it again adds nothing; "+
			"while one is under way, that one is the answer. List the reconciliations to see how far it is.", auth.ScopeOrdersWrite)
	begin.DefaultStatus, begin.Errors = http.StatusAccepted, []int{http.StatusServiceUnavailable}
	huma.Register(api, begin, s.createReconciliation)
	huma.Register(api, night("list-reconciliations", http.MethodGet, "/v1/reconciliations", "List comparisons with SumUp's books",
		"The newest first, with the sums of both sides.", auth.ScopeOrdersRead), s.listReconciliations)
	huma.Register(api, night("list-differences", http.MethodGet, "/v1/differences", "List differences about money",
		"What a person has to look at, the newest first: what the nightly comparison has found, payments with other money than was asked for, second payments, refunds that were refused.", auth.ScopeOrdersRead), s.listDifferences)
	resolve := night("resolve-difference", http.MethodPost, "/v1/differences/{difference}/resolve", "Resolve a difference",
		"Says that somebody has looked at it, and what they made of it. Nothing else changes; it is not shown again unless it grows. Once it is resolved in some words, other words are refused (difference_resolved).", auth.ScopeOrdersWrite)
	resolve.Errors = []int{http.StatusNotFound, http.StatusConflict}
	huma.Register(api, resolve, s.resolveDifference)
	s.accountRoutes(api)
}

type reconciliationOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Reconciliation
}

func (s *Service) createReconciliation(ctx context.Context, _ *struct{}) (*reconciliationOutput, error) {
	r, err := s.AskReconciliation(ctx)
	return &reconciliationOutput{noStore, r}, err
}

type reconciliationListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         ReconciliationList
}

func (s *Service) listReconciliations(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*reconciliationListOutput, error) {
	list, err := s.Reconciliations(ctx, in.Limit, in.Cursor)
	return &reconciliationListOutput{noStore, list}, err
}

type differenceListOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         DifferenceList
}

func (s *Service) listDifferences(ctx context.Context, in *struct {
	Open   bool   `query:"open" default:"true" example:"true" doc:"Only those that nobody has resolved."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"next_cursor of the page before."`
}) (*differenceListOutput, error) {
	list, err := s.Differences(ctx, in.Open, in.Limit, in.Cursor)
	return &differenceListOutput{noStore, list}, err
}

type differenceOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Difference
}

func (s *Service) resolveDifference(ctx context.Context, in *struct {
	Difference string `path:"difference" pattern:"^diff_[0-9a-f]{32}$" maxLength:"37" example:"diff_019ab3f47c2e7d06b8a1f0c2d3e4f521" doc:"Id of the difference."`
	Body       struct {
		Resolution string `json:"resolution" minLength:"1" maxLength:"500" example:"Sold at the market stall." doc:"What was found out."`
	}
}) (*differenceOutput, error) {
	d, err := s.ResolveDifference(ctx, in.Difference, in.Body.Resolution)
	return &differenceOutput{noStore, d}, err
}
