// Package blog is the publication: posts, pages, tags, authors and the site's
// settings, written here, taken from Ghost or from the Markdown files of another
// site, with Ghost's fields and words.
//
// A post has a body in a source format. When it is saved, the body is rendered
// and sanitised once into html, what everybody may read, and members_html, the
// whole body, where part of it is for members. Only html leaves this package
// without a token; pages, feeds, excerpts and search are made from it alone.
//
// Each published post has a path of its own in the site, /<slug>/, or
// /pages/<slug>/ where a post taken from elsewhere would hide another page.
//
// Events emitted, always in the transaction of the change: blog.post_published,
// blog.post_updated, blog.post_unpublished, blog.tag_updated,
// blog.author_updated, blog.site_updated. Drafts are silent.
//
// Endpoints: /v1/posts, /v1/pages, /v1/tags, /v1/authors, /v1/settings; see
// routes.go.
package blog
