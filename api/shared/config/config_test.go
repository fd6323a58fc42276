package config_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/urls"
)

const canary = "canary-77aa01"

func Example() {
	_, err := config.Load(config.Options{Environ: []string{
		"ROSEASH_LISTN=127.0.0.1:9000",
		"ROSEASH_LOG=xml",
		"SUMUP_API_KEY=sup_sk_1",
	}})
	fmt.Println(err)
	// Output:
	// the configuration has 3 faults:
	//   ROSEASH_LISTN: is not a setting; did you mean ROSEASH_LISTEN?
	//   ROSEASH_LOG: must be one of auto, text, json
	//   SUMUP_MERCHANT_CODE: must be set where SUMUP_API_KEY is
}

func load(t *testing.T, o config.Options) config.Config {
	t.Helper()
	if o.Environ == nil {
		o.Environ = []string{}
	}
	c, err := config.Load(o)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roseash.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNothingSet(t *testing.T) {
	c := load(t, config.Options{Roles: config.AllRoles, Environ: []string{"PATH=/bin", "SMTP_URL=", "ROSEASH_DATA_DIR=", "ROSEASH_TEST_X=1"}})
	if c.Listen != "127.0.0.1:8080" || c.BaseURL != "http://localhost:8080" || c.DataDir != ".data" || c.PublicDir != "public" {
		t.Errorf("defaults are %q %q %q %q", c.Listen, c.BaseURL, c.DataDir, c.PublicDir)
	}
	if !c.StandIns() || !c.RunMigrations || !c.Sites.Single() || !c.Roles.All() {
		t.Errorf("StandIns %v, RunMigrations %v, Single %v, Roles %v; want all", c.StandIns(), c.RunMigrations, c.Sites.Single(), c.Roles)
	}
	if c.SMTPURL.IsSet() || c.DatabaseURL.IsSet() || c.SumUp.BaseURL != "https://api.sumup.com" {
		t.Error("something is set that should not be")
	}
}

func TestProcessEnvironment(t *testing.T) {
	t.Setenv("ROSEASH_LISTEN", "127.0.0.1:9123")
	c, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9123" || c.BaseURL != "http://localhost:9123" {
		t.Errorf("Listen %q, BaseURL %q, want port 9123 in both", c.Listen, c.BaseURL)
	}
}

func TestEverySettingFromTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	c := load(t, config.Options{Roles: "api, worker", Environ: []string{
		"DATABASE_URL=postgres://u:p@db/x", "REDIS_URL=redis://:p@redis:6379/0",
		"ROSEASH_LISTEN=0.0.0.0:80", "ROSEASH_BASE_URL=https://Rose.Example/", "ROSEASH_DATA_DIR=" + dir,
		"ROSEASH_PUBLIC_DIR=" + dir, "ROSEASH_SITE_MARKET_URL=https://market.example",
		"GHOST_URL=https://ghost.example/blog", "GHOST_ADMIN_KEY=abc:00ff", "GHOST_CONTENT_KEY=ck", "GHOST_WEBHOOK_SECRET=ws",
		"SUMUP_BASE_URL=https://sumup.example", "SUMUP_API_KEY=sk", "SUMUP_MERCHANT_CODE=MC1",
		"SMTP_URL=smtps://u:p@mail:465", "ROSEASH_MEDIA_URL=https://cdn.example/m", "RUN_MIGRATIONS=yes",
		"ROSEASH_PG_BIN=" + dir, "ROSEASH_METRICS_LISTEN=10.0.0.1:9100", "ROSEASH_METRICS_TOKEN=0123456789abcdef",
		"ROSEASH_LOG=json", "ROSEASH_LOG_LEVEL=warn",
		"ROSEASH_S3_ENDPOINT=https://s3.example", "ROSEASH_S3_REGION=eu-1", "ROSEASH_S3_BUCKET=a.site", "ROSEASH_S3_PREFIX=co-op/live/",
		"ROSEASH_S3_ACCESS_KEY=ak", "ROSEASH_S3_SECRET_KEY=s3k", "ROSEASH_PURGE_URL=https://cdn.example/purge",
		"ROSEASH_PURGE_SECRET=whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "ROSEASH_CLOUDFLARE_ZONE=0123456789abcdef0123456789abcdef",
		"ROSEASH_CLOUDFLARE_TOKEN=fedcba9876543210", "ROSEASH_READ_LIMIT=120",
	}})
	if c.StandIns() {
		t.Error("StandIns on a public address")
	}
	if got := c.Sites.Base(urls.Market); got != "https://market.example" {
		t.Errorf("the market is at %q", got)
	}
	got := []string{
		c.DatabaseURL.Reveal(), c.RedisURL.Reveal(), c.Listen, c.BaseURL, c.DataDir, c.PublicDir,
		c.Ghost.URL, c.Ghost.AdminKey.Reveal(), c.Ghost.ContentKey.Reveal(), c.Ghost.WebhookSecret.Reveal(),
		c.SumUp.BaseURL, c.SumUp.APIKey.Reveal(), c.SumUp.MerchantCode, c.SMTPURL.Reveal(), c.MediaURL,
		c.PGBin, c.Metrics.Listen, c.Metrics.Token.Reveal(), c.Log.Format, c.Log.Level.String(),
		c.S3.Endpoint, c.S3.Region, c.S3.Bucket, c.S3.Prefix, c.S3.AccessKey.Reveal(), c.S3.SecretKey.Reveal(),
		c.Purge.URL, c.Purge.Secret.Reveal(), c.Cloudflare.Zone, c.Cloudflare.Token.Reveal(),
	}
	want := []string{
		"postgres://u:p@db/x", "redis://:p@redis:6379/0", "0.0.0.0:80", "https://rose.example", dir, dir,
		"https://ghost.example/blog", "abc:00ff", "ck", "ws", "https://sumup.example", "sk", "MC1",
		"smtps://u:p@mail:465", "https://cdn.example/m", dir, "10.0.0.1:9100", "0123456789abcdef", "json", "WARN",
		"https://s3.example", "eu-1", "a.site", "co-op/live/", "ak", "s3k",
		"https://cdn.example/purge", "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "0123456789abcdef0123456789abcdef", "fedcba9876543210",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	if c.ReadLimit != 120 {
		t.Errorf("ReadLimit = %d, want 120", c.ReadLimit)
	}
	if !c.RunMigrations || !c.Roles.Has(config.API) || c.Roles.Has(config.Builder) {
		t.Errorf("RunMigrations %v, Roles %v", c.RunMigrations, c.Roles)
	}
}

func TestFile(t *testing.T) {
	secret := write(t, "from-a-file\n")
	file := write(t, `# a comment
listen: 127.0.0.1:9000
base_url: "http://localhost:9000"
site_market_url: http://market.localhost:9000
run_migrations: no
log_level: error
federation_peers:
  - 127.0.0.1:9001
  - localhost:9002
sumup_api_key_file: `+secret+`
sumup_merchant_code: 0123
ghost_url:
smtp_url: |
  smtp://mail:25
`)
	c := load(t, config.Options{File: file, Environ: []string{"ROSEASH_LOG_LEVEL=debug", "SUMUP_MERCHANT_CODE="}})
	if c.Listen != "127.0.0.1:9000" || c.RunMigrations || c.Log.Level != slog.LevelDebug {
		t.Errorf("Listen %q, RunMigrations %v, Level %v", c.Listen, c.RunMigrations, c.Log.Level)
	}
	if c.SumUp.APIKey.Reveal() != "from-a-file" || c.SumUp.MerchantCode != "0123" || c.SMTPURL.Reveal() != "smtp://mail:25" {
		t.Errorf("SumUp %q %q, SMTP %q", c.SumUp.APIKey.Reveal(), c.SumUp.MerchantCode, c.SMTPURL.Reveal())
	}
	if diff := cmp.Diff([]string{"127.0.0.1:9001", "localhost:9002"}, c.FederationPeers); diff != "" {
		t.Errorf("FederationPeers (-want +got)\n%s", diff)
	}
	origins := map[string]string{}
	for _, v := range c.Effective() {
		origins[v.Name] = v.Origin
	}
	for name, want := range map[string]string{
		"ROSEASH_LISTEN": "roseash.yaml", "ROSEASH_LOG_LEVEL": "environment", "DATABASE_URL": "default",
		"SUMUP_API_KEY": "roseash.yaml (SUMUP_API_KEY_FILE)", "GHOST_URL": "default",
	} {
		if origins[name] != want {
			t.Errorf("%s comes from %q, want %q", name, origins[name], want)
		}
	}
}

func TestSecretFileInTheEnvironmentWins(t *testing.T) {
	secret := write(t, "smtp://a:25\r\n")
	c := load(t, config.Options{File: write(t, "smtp_url: smtp://b:25"), Environ: []string{"SMTP_URL_FILE=" + secret}})
	if got := c.SMTPURL.Reveal(); got != "smtp://a:25" {
		t.Errorf("SMTPURL = %q, want the environment's", got)
	}
}

func TestStandIns(t *testing.T) {
	mail := "SMTP_URL=smtp://mail:25"
	tests := map[string]struct {
		environ []string
		want    bool
	}{
		"default":         {nil, true},
		"ipv6":            {[]string{"ROSEASH_LISTEN=[::1]:8080", "ROSEASH_BASE_URL=http://[::1]:8080"}, true},
		"localhost sites": {[]string{"ROSEASH_SITE_BLOG_URL=http://blog.localhost:8080"}, true},
		"all interfaces":  {[]string{"ROSEASH_LISTEN=:8080", "ROSEASH_BASE_URL=http://localhost:8080"}, false},
		"public base":     {[]string{"ROSEASH_BASE_URL=https://rose.example"}, false},
		"public site":     {[]string{"ROSEASH_SITE_CART_URL=https://cart.example"}, false},
		"looks local":     {[]string{"ROSEASH_BASE_URL=http://localhost.example"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := load(t, config.Options{Roles: "api,worker,builder", Environ: append(tt.environ, mail, "ROSEASH_DATA_DIR="+t.TempDir())})
			if c.StandIns() != tt.want || c.RunMigrations != tt.want {
				t.Errorf("StandIns %v, RunMigrations %v, want %v", c.StandIns(), c.RunMigrations, tt.want)
			}
		})
	}
}

func TestPrint(t *testing.T) {
	c := load(t, config.Options{Environ: []string{"SMTP_URL=smtp://" + canary + "@mail:25"}})
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ROSEASH_LISTEN", "127.0.0.1:8080", "SMTP_URL", "[redacted]", "environment", "(not set)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("Print lacks %q:\n%s", want, b.String())
		}
	}
	if got, want := strings.Count(b.String(), "\n"), len(config.Settings()); got != want {
		t.Errorf("Print has %d lines, want one for each of %d settings", got, want)
	}
}

func TestSettingsAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range config.Settings() {
		if s.About == "" || seen[s.Name] || seen[s.Key] {
			t.Errorf("%s: not described, or there twice", s.Name)
		}
		seen[s.Name], seen[s.Key] = true, true
		if looks := strings.HasSuffix(s.Name, "KEY") || strings.HasSuffix(s.Name, "TOKEN") || strings.HasSuffix(s.Name, "SECRET"); looks && !s.Secret {
			t.Errorf("%s sounds secret and is not", s.Name)
		}
	}
}

func TestTrustedProxies(t *testing.T) {
	c, err := config.Load(config.Options{Environ: []string{"ROSEASH_TRUSTED_PROXIES=10.1.2.3/8, 2001:db8::1"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.TrustedProxies); got != "[10.0.0.0/8 2001:db8::1/128]" {
		t.Errorf("TrustedProxies = %s", got)
	}
	for _, value := range []string{"caddy", "0.0.0.0/0", "10.0.0.0/8;11.0.0.0/8", "10.0.0.0/40"} {
		if _, err := config.Load(config.Options{Environ: []string{"ROSEASH_TRUSTED_PROXIES=" + value}}); err == nil {
			t.Errorf("%q is taken for networks", value)
		}
	}
}
