// Package blog is the publication: posts, pages, tags, authors and the site's
// settings, written here, taken from Ghost or from the Markdown files of another
// site, with Ghost's fields and words.
//
// A post has a body in a source format. When it is saved, the body is rendered
// and sanitised once into html, what everybody may read, and members_html, the
// whole body, where part of it is for members. Strangers are given html only; pages,
// feeds, excerpts and search are made from it alone. Who has signed in reads what a
// Reader of theirs may: Ghost's members are linked to users by verified addresses.
//
// Editors change everything. Who has made a post changes it as an author, or as a
// contributor while it is a draft; others do not learn of drafts.
//
// Each published post has a path of its own in the site: /<slug>/, the one that
// Ghost gives it, or /pages/<slug>/ where that would hide another page. A path that
// a post, tag or author has left leads to it (Moved).
//
// What came from a Ghost is kept by a Sync as it is there: fetched object by object,
// stored under the object's lock, whatever noticed the change. The packages ghost and
// lexical beside this one speak to a Ghost and render its documents.
//
// Events emitted, always in the transaction of the change: blog.post_published,
// blog.post_updated, blog.post_unpublished, blog.tag_updated,
// blog.author_updated, blog.site_updated. Drafts are silent. Handled:
// identity.email_verified, identity.email_removed, identity.user_deleted.
//
// Endpoints: /v1/posts, /v1/pages, /v1/tags, /v1/authors, /v1/settings,
// /v1/redirects, /v1/ghost, /v1/tiers, /v1/newsletters, /v1/members; see routes.go and
// the other routes files. Webhooks come to /hooks/ghost/main/<event>.
package blog
