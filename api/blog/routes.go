// The blog's operations.

package blog

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// Routes registers the blog's operations.
func (s *Service) Routes(api huma.API) {
	posts := family{s, contract.TypePost, "Posts", "/v1/posts", "post", "posts"}
	pages := family{s, contract.TypePage, "Posts", "/v1/pages", "page", "pages"}
	for _, f := range []family{posts, pages} {
		huma.Register(api, f.op("list", http.MethodGet, "", "List %s, newest first"), f.list)
		huma.Register(api, f.op("get", http.MethodGet, "/{post}", "Read a %s"), f.get)
		huma.Register(api, f.op("read-body", http.MethodGet, "/{post}/body", "Read what you may read of a %s"), f.body)
		huma.Register(api, f.op("create", http.MethodPost, "", "Make a %s as a draft"), f.create)
		huma.Register(api, f.op("update", http.MethodPatch, "/{post}", "Change a %s"), f.update)
		huma.Register(api, f.op("publish", http.MethodPut, "/{post}/publish", "Publish a %s"), f.publish)
		huma.Register(api, f.op("unpublish", http.MethodPut, "/{post}/unpublish", "Take a %s back to draft"), f.unpublish)
		huma.Register(api, f.op("delete", http.MethodDelete, "/{post}", "Delete a %s"), f.remove)
	}
	huma.Register(api, huma.Operation{OperationID: "list-tags", Method: http.MethodGet, Path: "/v1/tags", Tags: []string{"Tags"},
		Summary: "List tags", Description: "Tags that are on published posts, by slug. Internal tags are not shown."}, s.listTags)
	huma.Register(api, huma.Operation{OperationID: "get-tag", Method: http.MethodGet, Path: "/v1/tags/{tag}", Tags: []string{"Tags"},
		Summary: "Read a tag", Description: "A tag by its id or slug."}, s.getTag)
	huma.Register(api, huma.Operation{OperationID: "list-authors", Method: http.MethodGet, Path: "/v1/authors", Tags: []string{"Authors"},
		Summary: "List authors", Description: "Authors of published posts, by slug."}, s.listAuthors)
	huma.Register(api, huma.Operation{OperationID: "get-author", Method: http.MethodGet, Path: "/v1/authors/{author}", Tags: []string{"Authors"},
		Summary: "Read an author", Description: "An author by id or slug."}, s.getAuthor)
	huma.Register(api, huma.Operation{OperationID: "get-settings", Method: http.MethodGet, Path: "/v1/settings", Tags: []string{"Site"},
		Summary: "Read the site's settings", Description: "Title, description, language, time zone and menus of the publication."}, s.getSettings)
	huma.Register(api, huma.Operation{OperationID: "update-settings", Method: http.MethodPatch, Path: "/v1/settings", Tags: []string{"Site"},
		Summary: "Change the site's settings", Description: "Changes the fields that are given; every page that shows them is built anew.",
		Security: auth.Scope(auth.ScopeSiteWrite)}, s.updateSettings)
	s.redirectRoutes(api)
}

// family is the operations that posts and pages have alike.
type family struct {
	s            *Service
	typ          contract.PostType
	tag, path    string
	noun, plural string
}

var descriptions = map[string]string{
	"list": "Published ones; for those who write, status picks others too. Read on with next_cursor. " +
		"With page it is a page as the built site has it: pages are counted from the oldest and keep their items.",
	"get": "By id or slug. Everybody sees the free part of a published one; who may change it sees its source, its gated part and drafts.",
	"read-body": "The body as far as whoever asks may read it: the free part for everybody; all of it for members whom its visibility names, and for those who may change it. access says whether that is the whole. " +
		"A token of another party's app reads for its user with account:read.",
	"create":    "The draft is seen by whoever makes it and by editors only. The slug is made from the title where none is given. Which are featured is for editors to say.",
	"update":    "Changes the fields that are given. If-Match must name the version that was read.",
	"publish":   "Makes it public and builds its pages. Publishing twice answers the same and announces once.",
	"unpublish": "Removes it from every page; its date of publication stays. Doing it twice answers the same.",
	"delete":    "Removes it for good, from every page too. If-Match must name the version that was read. What the Ghost has that is followed is deleted there: 409 kept_in_ghost.",
}

// whose says which posts an operation is for, where not for all.
var whose = map[string]string{
	"list":      " Editors see all of them, authors and contributors their own.",
	"update":    " Editors change all; who has blog:publish changes their own, and who has blog:draft their own drafts." + others,
	"publish":   " Editors publish all, others their own." + others,
	"unpublish": " Editors take back all, others their own." + others,
	"delete":    " Editors delete all; who has blog:publish deletes their own, and who has blog:draft their own drafts." + others,
}

const others = " 403 not_yours for what is somebody else's, and 404 for what one may not know of."

func (f family) op(verb, method, path, summary string) huma.Operation {
	noun := f.noun
	id := verb + "-" + f.noun
	if verb == "list" {
		noun, id = f.plural, verb+"-"+f.plural
	}
	op := huma.Operation{
		OperationID: id, Method: method, Path: f.path + path, Tags: []string{f.tag},
		Summary: strings.ReplaceAll(summary, "%s", noun), Description: descriptions[verb],
	}
	if f.typ == contract.TypePost {
		op.Description += whose[verb]
	}
	op.Security = auth.Scope(f.scope(verb))
	if verb == "read-body" {
		op.Security = auth.Scope()
	}
	if method == http.MethodGet { // for everybody; who writes sees more
		op.Security = append([]map[string][]string{{}}, op.Security...)
	}
	switch verb {
	case "list":
		op.Errors = []int{http.StatusUnauthorized, http.StatusNotFound}
	case "create":
		op.DefaultStatus = http.StatusCreated
		op.Errors = []int{http.StatusConflict}
	case "update", "delete":
		op.Errors = []int{http.StatusConflict}
	}
	return op
}

// scope is what an operation needs at least. Pages are the editors'; what somebody may do
// with which post, the post tells.
func (f family) scope(verb string) string {
	switch {
	case f.typ == contract.TypePage:
		return auth.ScopeBlogWrite
	case verb == "publish" || verb == "unpublish":
		return auth.ScopeBlogPublish
	}
	return auth.ScopeBlogDraft
}

// NewPost is the fields of a post that is to be made.
type NewPost PostFields

// TransformSchema says that a new post needs a title.
func (NewPost) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"title"}
	return s
}
