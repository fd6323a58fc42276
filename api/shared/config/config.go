// The typed configuration and how it is loaded.

package config

import (
	"log/slog"
	"net/netip"
	"os"

	"rose-ash.com/roseash/api/shared/urls"
)

// Config is everything the operator decides. Load makes it; it is not changed
// afterwards. Empty strings and unset secrets mean what the comment says.
type Config struct {
	// DatabaseURL is PostgreSQL's URL; not set: a private cluster in DataDir.
	DatabaseURL Secret
	// RedisURL is Redis' URL; not set: Redis in process.
	RedisURL Secret
	// Listen is the address the server listens on, host:port.
	Listen string
	// BaseURL is the origin of the API and of all apps without one of their own.
	BaseURL string
	// Sites says where each app lives; it is made from BaseURL and the site URLs.
	Sites urls.Sites
	// DataDir holds what has to be kept: private cluster, media, development token.
	DataDir string
	// PublicDir receives the built trees.
	PublicDir string
	// Ghost is the blog that posts are synced from; no URL: none.
	Ghost Ghost
	// SumUp takes the payments; no key: the simulator, or no payments.
	SumUp SumUp
	// Currency is the shop's, an ISO 4217 code.
	Currency string
	// SMTPURL is the mail server's URL; not set: the mail box at /_dev/mail.
	SMTPURL Secret
	// MailFrom is the sender of mail; empty: no-reply at the host of BaseURL.
	MailFrom string
	// SecretKey seals what the database must not tell; not set: a key in DataDir.
	SecretKey Secret
	// SignUpClosed tells that only who is invited gets an account.
	SignUpClosed bool
	// TrustedProxies are believed in X-Forwarded-For, besides loopback.
	TrustedProxies []netip.Prefix
	// ReadLimit is how many requests a minute the API takes from one address; 0:
	// any number.
	ReadLimit int
	// MediaURL is where media is fetched from, a CDN; empty: BaseURL.
	MediaURL string
	// S3 is storage that the built trees are copied to; no bucket: none.
	S3 S3
	// Purge is the webhook that hears which addresses changed; no URL: none.
	Purge Purge
	// Cloudflare is the CDN in front; no zone: none.
	Cloudflare Cloudflare
	// RunMigrations tells whether a start migrates the database.
	RunMigrations bool
	// FederationPeers are loopback host:port pairs that federation may talk to
	// over plain http, in development and tests.
	FederationPeers []string
	// PGBin is the directory of PostgreSQL's programs; empty: searched for.
	PGBin string
	// Metrics is how /metrics is reached.
	Metrics Metrics
	// Log is how the log is written.
	Log Log
	// Roles are what this process serves; empty for other commands.
	Roles Roles

	origins map[string]string
	values  map[string]string // secrets are redacted in it
}

// Ghost is a Ghost installation.
type Ghost struct {
	// URL is its origin, with a path if it has one.
	URL string
	// AdminKey is an integration's Admin API key, id:secret.
	AdminKey Secret
	// ContentKey is the integration's Content API key.
	ContentKey Secret
	// WebhookSecret signs its webhooks.
	WebhookSecret Secret
	// WriteBack brings to Ghost what is changed here of what came from there.
	WriteBack bool
}

// SumUp is an account with the payment provider.
type SumUp struct {
	// BaseURL is the API's origin.
	BaseURL string
	// APIKey is the account's secret key.
	APIKey Secret
	// MerchantCode says whose the payments are.
	MerchantCode string
}

// S3 is a bucket in S3-compatible storage.
type S3 struct {
	// Endpoint is the storage's origin.
	Endpoint string
	// Region is what requests are signed for.
	Region string
	// Bucket is its name.
	Bucket string
	// Prefix begins every key; empty, or path parts with a slash after each.
	Prefix string
	// AccessKey names the key that requests are signed with.
	AccessKey Secret
	// SecretKey is that key.
	SecretKey Secret
}

// Purge is a webhook.
type Purge struct {
	// URL is what is posted to.
	URL string
	// Secret signs what is posted.
	Secret Secret
}

// Cloudflare is a zone there.
type Cloudflare struct {
	// Zone is its id.
	Zone string
	// Token may purge its cache.
	Token Secret
}

// Metrics is how /metrics is reached: on a private listener, with a token, both
// or, on loopback only, neither.
type Metrics struct {
	// Listen is a private listener's host:port.
	Listen string
	// Token is the bearer token on the public listener.
	Token Secret
}

// Log is how the log is written.
type Log struct {
	// Format is "auto" (text to a terminal, JSON elsewhere), "text" or "json".
	Format string
	// Level is the least level that is written.
	Level slog.Level
}

// Options say where to look. The zero value reads the process's environment.
type Options struct {
	// File is a YAML file's path; empty: none.
	File string
	// Roles is the --roles flag of a process that serves, "api,worker,builder"
	// in any order. Empty for commands that do not serve.
	Roles string
	// Environ is NAME=value pairs; nil: those of the process.
	Environ []string
}

// Load reads and checks the configuration. The error, a Faults, lists all that
// is wrong with it and shows no value.
func Load(o Options) (Config, error) {
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	var faults Faults
	read := readEnviron(o.Environ, &faults)
	if o.File != "" {
		read.addFile(o.File, &faults)
	}
	c := Config{origins: map[string]string{}, values: map[string]string{}}
	siteURLs := map[urls.App]string{}
	faulty := map[string]bool{}
	for _, s := range settings {
		value, origin := s.fallback, "default"
		if v, ok := read.value(s, &faults); ok {
			value, origin = v.text, v.origin
		}
		c.origins[s.name] = origin
		if value == "" {
			continue
		}
		c.values[s.name] = value
		if s.secret {
			c.values[s.name] = redacted
		}
		if err := s.set(&c, siteURLs, value); err != nil {
			faults.add(s.name, err.Error())
			faulty[s.name] = true
		}
	}
	if o.Roles != "" {
		c.Roles = parseRoles(o.Roles, &faults)
	}
	c.complete(siteURLs, faulty, &faults)
	c.checkPairs(&faults)
	if len(faults) > 0 {
		return Config{}, faults
	}
	return c, nil
}

// StandIns tells whether the development stand-ins may exist: the listener, the
// base URL and every site URL are loopback.
func (c Config) StandIns() bool {
	if !urls.Loopback(c.Listen) {
		return false
	}
	for _, origin := range c.Sites.Origins() {
		if !urls.LoopbackURL(origin) {
			return false
		}
	}
	return true
}
