// Package ghost speaks to a Ghost: its Admin API, its webhooks, and the files that it
// exports. It knows nothing of our database.
//
// Nouns. A [Client] asks the Admin API. An [Object] is one post, tag, user, tier,
// newsletter, member or the settings, cut down to what is stored, with a hash by which
// two are told apart. Facts about Ghost were measured on version 6.65.
package ghost
