// The table of settings: names, defaults, checks and where each value goes.

package config

import (
	"strings"

	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
)

// Setting describes one setting, for help texts and documentation.
type Setting struct {
	// Name is the environment variable.
	Name string
	// Key is the key in the file.
	Key string
	// Secret tells whether the value is hidden and NAME_FILE is understood.
	Secret bool
	// Default is the value when nothing is set; empty if there is none.
	Default string
	// About is one line for the operator.
	About string
}

// Settings lists every setting in the order of the documentation.
func Settings() []Setting {
	list := make([]Setting, len(settings))
	for i, s := range settings {
		list[i] = Setting{s.name, s.key(), s.secret, s.fallback, s.about}
	}
	return list
}

type setting struct {
	name     string
	about    string
	fallback string
	secret   bool
	set      func(c *Config, sites map[urls.App]string, value string) error
}

func (s setting) key() string {
	return strings.ToLower(strings.TrimPrefix(s.name, "ROSEASH_"))
}

var settings = buildSettings()

func buildSettings() []setting {
	list := []setting{
		secret("DATABASE_URL", "PostgreSQL; without it a private cluster in the data directory",
			func(c *Config) *Secret { return &c.DatabaseURL }, urlWith("postgres", "postgresql")),
		secret("REDIS_URL", "Redis; without it one in process",
			func(c *Config) *Secret { return &c.RedisURL }, urlWith("redis", "rediss", "unix")),
		text("ROSEASH_LISTEN", "127.0.0.1:8080", "address to listen on",
			func(c *Config) *string { return &c.Listen }, hostPort),
		text("ROSEASH_BASE_URL", "", "origin of the API and the apps; by default http://localhost and the listener's port",
			func(c *Config) *string { return &c.BaseURL }, origin),
		text("ROSEASH_DATA_DIR", ".data", "directory of all that has to be kept",
			func(c *Config) *string { return &c.DataDir }, directoryOrNothing),
		text("ROSEASH_PUBLIC_DIR", "public", "directory of the built site",
			func(c *Config) *string { return &c.PublicDir }, directoryOrNothing),
	}
	for _, app := range urls.Apps() {
		list = append(list, setting{
			name:  "ROSEASH_SITE_" + strings.ToUpper(string(app)) + "_URL",
			about: "origin of " + string(app) + ", if it has one of its own",
			set: func(_ *Config, sites map[urls.App]string, value string) error {
				sites[app] = value
				return origin(value)
			},
		})
	}
	return append(list,
		text("GHOST_URL", "", "Ghost to sync posts from",
			func(c *Config) *string { return &c.Ghost.URL }, httpURL),
		secret("GHOST_ADMIN_KEY", "Admin API key of an integration in Ghost",
			func(c *Config) *Secret { return &c.Ghost.AdminKey }, ghostAdminKey),
		secret("GHOST_CONTENT_KEY", "Content API key of that integration",
			func(c *Config) *Secret { return &c.Ghost.ContentKey }, oneLine),
		secret("GHOST_WEBHOOK_SECRET", "secret of that integration's webhooks",
			func(c *Config) *Secret { return &c.Ghost.WebhookSecret }, oneLine),
		onUnless("GHOST_WRITE_BACK", "bring to Ghost what is changed here of what came from there; by default, where there is an Admin API key",
			func(c *Config) *bool { return &c.Ghost.WriteBack }),
		text("SUMUP_BASE_URL", "https://api.sumup.com", "the payment provider's API",
			func(c *Config) *string { return &c.SumUp.BaseURL }, encryptedOrigin),
		secret("SUMUP_API_KEY", "secret key of the SumUp account; without it the simulator, or no payments",
			func(c *Config) *Secret { return &c.SumUp.APIKey }, oneLine),
		text("SUMUP_MERCHANT_CODE", "", "merchant code of the SumUp account",
			func(c *Config) *string { return &c.SumUp.MerchantCode }, oneLine),
		setting{
			name: "ROSEASH_CURRENCY", fallback: "GBP", about: "ISO 4217 code of the currency that fees and sales over the counter are in",
			set: func(c *Config, _ map[urls.App]string, value string) error {
				c.Currency = value
				return currency(value)
			},
		},
		secret("SMTP_URL", "mail server; without it mail is kept and shown at /_dev/mail, on loopback only",
			func(c *Config) *Secret { return &c.SMTPURL }, urlWith("smtp", "smtps")),
		setting{
			name: "ROSEASH_MAIL_FROM", about: "sender of mail, \"Name <address>\"; by default no-reply at the host of the base URL",
			set: func(c *Config, _ map[urls.App]string, value string) error {
				c.MailFrom = value
				return sender(value)
			},
		},
		setting{
			name: "ROSEASH_SECRET_KEY", secret: true,
			about: "32 bytes in base64 that seal what the database must not tell; by default in a file of the data directory",
			set: func(c *Config, _ map[urls.App]string, value string) error {
				c.SecretKey = NewSecret(value)
				_, err := seal.Parse(value)
				return err
			},
		},
		setting{
			name: "ROSEASH_SIGN_UP", fallback: "open", about: "open: whoever has an e-mail address gets an account; or invited",
			set: func(c *Config, _ map[urls.App]string, value string) error {
				c.SignUpClosed = value == "invited"
				return oneOf("open", "invited")(value)
			},
		},
		text("ROSEASH_MEDIA_URL", "", "where media is fetched from, if a CDN is in front",
			func(c *Config) *string { return &c.MediaURL }, httpURL),
		text("ROSEASH_S3_ENDPOINT", "", "origin of S3-compatible storage that gets a copy of the built site",
			func(c *Config) *string { return &c.S3.Endpoint }, origin),
		text("ROSEASH_S3_REGION", "us-east-1", "region that requests to it are signed for",
			func(c *Config) *string { return &c.S3.Region }, oneLine),
		text("ROSEASH_S3_BUCKET", "", "bucket in it",
			func(c *Config) *string { return &c.S3.Bucket }, bucket),
		text("ROSEASH_S3_PREFIX", "", "what every key in the bucket begins with",
			func(c *Config) *string { return &c.S3.Prefix }, keyPrefix),
		secret("ROSEASH_S3_ACCESS_KEY", "access key of the storage",
			func(c *Config) *Secret { return &c.S3.AccessKey }, oneLine),
		secret("ROSEASH_S3_SECRET_KEY", "secret key that belongs to the access key",
			func(c *Config) *Secret { return &c.S3.SecretKey }, oneLine),
		text("ROSEASH_PURGE_URL", "", "webhook that hears which addresses changed",
			func(c *Config) *string { return &c.Purge.URL }, httpURL),
		secret("ROSEASH_PURGE_SECRET", "what that webhook is signed with",
			func(c *Config) *Secret { return &c.Purge.Secret }, webhookSecret),
		text("ROSEASH_CLOUDFLARE_ZONE", "", "zone of the site at Cloudflare, whose cache is purged",
			func(c *Config) *string { return &c.Cloudflare.Zone }, zone),
		secret("ROSEASH_CLOUDFLARE_TOKEN", "API token at Cloudflare that may purge the zone's cache",
			func(c *Config) *Secret { return &c.Cloudflare.Token }, longToken),
		flag("RUN_MIGRATIONS", "migrate the database at start; by default on loopback only",
			func(c *Config) *bool { return &c.RunMigrations }),
		setting{
			name: "ROSEASH_FEDERATION_PEERS", about: "loopback host:port pairs that federation may talk to, on loopback only",
			set: func(c *Config, _ map[urls.App]string, value string) (err error) {
				c.FederationPeers, err = peers(value)
				return err
			},
		},
		setting{
			name: "ROSEASH_TRUSTED_PROXIES", about: "addresses or networks of proxies that are believed about the client's address; loopback always is",
			set: func(c *Config, _ map[urls.App]string, value string) (err error) {
				c.TrustedProxies, err = networks(value)
				return err
			},
		},
		setting{
			name: "ROSEASH_READ_LIMIT", fallback: "6000",
			about: "requests a minute that the API takes from one address, ten times as many with a token; 0: any number",
			set: func(c *Config, _ map[urls.App]string, value string) (err error) {
				c.ReadLimit, err = number(0, 1_000_000_000)(value)
				return err
			},
		},
		text("ROSEASH_PG_BIN", "", "directory of PostgreSQL's programs, for the private cluster",
			func(c *Config) *string { return &c.PGBin }, directory),
		text("ROSEASH_METRICS_LISTEN", "", "private listener for /metrics",
			func(c *Config) *string { return &c.Metrics.Listen }, hostPort),
		secret("ROSEASH_METRICS_TOKEN", "bearer token for /metrics",
			func(c *Config) *Secret { return &c.Metrics.Token }, longToken),
		text("ROSEASH_LOG", "auto", "auto, text or json",
			func(c *Config) *string { return &c.Log.Format }, oneOf("auto", "text", "json")),
		setting{
			name: "ROSEASH_LOG_LEVEL", about: "debug, info, warn or error", fallback: "info",
			set: func(c *Config, _ map[urls.App]string, value string) error {
				if err := oneOf("debug", "info", "warn", "error")(value); err != nil {
					return err
				}
				return c.Log.Level.UnmarshalText([]byte(value))
			},
		},
	)
}

func text(name, fallback, about string, field func(*Config) *string, check func(string) error) setting {
	return setting{name: name, about: about, fallback: fallback,
		set: func(c *Config, _ map[urls.App]string, value string) error {
			*field(c) = value
			return check(value)
		}}
}

func secret(name, about string, field func(*Config) *Secret, check func(string) error) setting {
	return setting{name: name, about: about, secret: true,
		set: func(c *Config, _ map[urls.App]string, value string) error {
			*field(c) = NewSecret(value)
			return check(value)
		}}
}

// onUnless is a flag that is true unless it is set to false.
func onUnless(name, about string, field func(*Config) *bool) setting {
	s := flag(name, about, field)
	s.fallback = "true"
	return s
}

func flag(name, about string, field func(*Config) *bool) setting {
	return setting{name: name, about: about,
		set: func(c *Config, _ map[urls.App]string, value string) (err error) {
			*field(c), err = truth(value)
			return err
		}}
}
