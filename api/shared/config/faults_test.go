package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/config"
)

func TestFaults(t *testing.T) {
	empty := write(t, "\n")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	public := []string{"ROSEASH_BASE_URL=https://rose.example", "SMTP_URL=smtp://m:25", "ROSEASH_DATA_DIR=" + t.TempDir()}
	tests := map[string]struct {
		environ []string
		yaml    string
		roles   string
		want    []string
	}{
		"misspelt variable": {environ: []string{"ROSEASH_BASEURL=x"}, want: []string{"ROSEASH_BASEURL: is not a setting; did you mean ROSEASH_BASE_URL?"}},
		"unknown variable":  {environ: []string{"ROSEASH_QQQQQQQQQQQQQQQQ=x"}, want: []string{"ROSEASH_QQQQQQQQQQQQQQQQ: is not a setting"}},
		"file of no secret": {environ: []string{"ROSEASH_LISTEN_FILE=x"}, want: []string{"ROSEASH_LISTEN_FILE: is not a setting"}},
		"listen":            {environ: []string{"ROSEASH_LISTEN=8080"}, want: []string{"ROSEASH_LISTEN: must be host:port"}},
		"port":              {environ: []string{"ROSEASH_LISTEN=localhost:99999"}, want: []string{"ROSEASH_LISTEN: must be host:port with"}},
		"base path":         {environ: []string{"ROSEASH_BASE_URL=https://rose.example/shop"}, want: []string{"ROSEASH_BASE_URL: must be http"}},
		"site":              {environ: []string{"ROSEASH_SITE_CART_URL=cart"}, want: []string{"ROSEASH_SITE_CART_URL: must be http"}},
		"same site":         {environ: []string{"ROSEASH_SITE_CART_URL=http://x.localhost", "ROSEASH_SITE_BLOG_URL=http://x.localhost"}, want: []string{"ROSEASH_SITE_<APP>_URL: site URL of cart: blog already lives there"}},
		"data dir":          {environ: []string{"ROSEASH_DATA_DIR=" + file}, want: []string{"ROSEASH_DATA_DIR: must be a directory"}},
		"pg bin":            {environ: []string{"ROSEASH_PG_BIN=/does/not/exist"}, want: []string{"ROSEASH_PG_BIN: must be a directory that exists"}},
		"database":          {environ: []string{"DATABASE_URL=mysql://" + canary + "@x/y"}, want: []string{"DATABASE_URL: must be a URL that begins with postgres://"}},
		"database control":  {environ: []string{"DATABASE_URL=postgres://\x01" + canary}, want: []string{"DATABASE_URL: must be a URL"}},
		"smtp":              {environ: []string{"SMTP_URL=mail:25"}, want: []string{"SMTP_URL: must be a URL that begins with smtp://"}},
		"ghost keys":        {environ: []string{"GHOST_ADMIN_KEY=" + canary}, want: []string{"GHOST_ADMIN_KEY: must be the key's id", "GHOST_URL: must be set where"}},
		"ghost url":         {environ: []string{"GHOST_URL=https://u:" + canary + "@ghost.example", "GHOST_CONTENT_KEY=x"}, want: []string{"GHOST_URL: must be an http"}},
		"ghost no key":      {environ: []string{"GHOST_URL=https://ghost.example"}, want: []string{"GHOST_ADMIN_KEY: must be set where GHOST_URL is"}},
		"sumup":             {environ: []string{"SUMUP_API_KEY=" + canary, "SUMUP_BASE_URL=http://sumup.example"}, want: []string{"SUMUP_BASE_URL: must be https", "SUMUP_MERCHANT_CODE: must be set"}},
		"key with space":    {environ: []string{"SUMUP_API_KEY=" + canary + " x", "SUMUP_MERCHANT_CODE=m"}, want: []string{"SUMUP_API_KEY: must not contain spaces"}},
		"short token":       {environ: []string{"ROSEASH_METRICS_TOKEN=" + canary[:8]}, want: []string{"ROSEASH_METRICS_TOKEN: must have at least 16"}},
		"truth":             {environ: []string{"RUN_MIGRATIONS=maybe"}, want: []string{"RUN_MIGRATIONS: must be true or false"}},
		"log":               {environ: []string{"ROSEASH_LOG=xml", "ROSEASH_LOG_LEVEL=loud"}, want: []string{"ROSEASH_LOG: must be one of", "ROSEASH_LOG_LEVEL: must be one of"}},
		"read limit":        {environ: []string{"ROSEASH_READ_LIMIT=-1"}, want: []string{"ROSEASH_READ_LIMIT: must be a whole number from 0"}},
		"no read limit":     {environ: []string{"ROSEASH_READ_LIMIT=many"}, want: []string{"ROSEASH_READ_LIMIT: must be a whole number"}},
		"peers":             {environ: []string{"ROSEASH_FEDERATION_PEERS=10.0.0.1:80"}, want: []string{"ROSEASH_FEDERATION_PEERS: must be loopback"}},
		"peers in public":   {environ: append(public, "ROSEASH_FEDERATION_PEERS=127.0.0.1:80"), want: []string{"ROSEASH_FEDERATION_PEERS: is for development"}},
		"s3 alone":          {environ: []string{"ROSEASH_S3_BUCKET=a-site"}, want: []string{"ROSEASH_S3_ENDPOINT: must be set where ROSEASH_S3_BUCKET is", "ROSEASH_S3_ACCESS_KEY: must be set", "ROSEASH_S3_SECRET_KEY: must be set"}},
		"s3 prefix alone":   {environ: []string{"ROSEASH_S3_PREFIX=a/"}, want: []string{"ROSEASH_S3_BUCKET: must be set where ROSEASH_S3_PREFIX"}},
		"s3 values": {environ: []string{"ROSEASH_S3_ENDPOINT=https://s3.example/" + canary, "ROSEASH_S3_BUCKET=" + canary + "_", "ROSEASH_S3_PREFIX=/" + canary,
			"ROSEASH_S3_ACCESS_KEY=" + canary + " x", "ROSEASH_S3_SECRET_KEY=" + canary + " x", "ROSEASH_S3_REGION=" + canary + " x"},
			want: []string{"ROSEASH_S3_ENDPOINT: must be http", "ROSEASH_S3_BUCKET: must have 3 to 63", "ROSEASH_S3_PREFIX: must be names",
				"ROSEASH_S3_ACCESS_KEY: must not contain", "ROSEASH_S3_SECRET_KEY: must not contain", "ROSEASH_S3_REGION: must not contain"}},
		"purge alone":       {environ: []string{"ROSEASH_PURGE_URL=https://cdn.example/p"}, want: []string{"ROSEASH_PURGE_SECRET: must be set where ROSEASH_PURGE_URL is"}},
		"purge values":      {environ: []string{"ROSEASH_PURGE_URL=https://cdn.example/?" + canary, "ROSEASH_PURGE_SECRET=whsec_" + canary}, want: []string{"ROSEASH_PURGE_URL: must be an http", "ROSEASH_PURGE_SECRET: must have at least 16 bytes"}},
		"cloudflare alone":  {environ: []string{"ROSEASH_CLOUDFLARE_TOKEN=" + canary + canary}, want: []string{"ROSEASH_CLOUDFLARE_ZONE: must be set where ROSEASH_CLOUDFLARE_TOKEN is"}},
		"cloudflare values": {environ: []string{"ROSEASH_CLOUDFLARE_ZONE=coop.example", "ROSEASH_CLOUDFLARE_TOKEN=short"}, want: []string{"ROSEASH_CLOUDFLARE_ZONE: must be the zone's id", "ROSEASH_CLOUDFLARE_TOKEN: must have at least 16"}},
		"twice":             {environ: []string{"SMTP_URL=smtp://x:1", "SMTP_URL_FILE=" + canary}, want: []string{"SMTP_URL: is set twice"}},
		"no secret file":    {environ: []string{"SMTP_URL_FILE=/nowhere/" + canary}, want: []string{"SMTP_URL_FILE: names a file that does not exist"}},
		"empty secret file": {environ: []string{"SMTP_URL_FILE=" + empty}, want: []string{"SMTP_URL_FILE: names a file that is empty"}},
		"secret directory":  {environ: []string{"SMTP_URL_FILE=/"}, want: []string{"SMTP_URL_FILE: names a file that cannot be read"}},
		"public, no mail":   {environ: public[:1], roles: config.AllRoles, want: []string{"SMTP_URL: must be set where", "ROSEASH_DATA_DIR: must be named"}},
		"all interfaces":    {environ: append(public[1:3:3], "ROSEASH_LISTEN=:80"), roles: config.AllRoles, want: []string{"ROSEASH_BASE_URL: must be set where the listener"}},
		"roles":             {roles: "api,builder", want: []string{"REDIS_URL: must be set for a process with only some"}},
		"unknown role":      {roles: "api,cook", want: []string{"--roles: must be some of"}},
		"misspelt key":      {yaml: "log: text\nlisten_adr: x", want: []string{"roseash.yaml:2: is not a setting"}},
		"near key":          {yaml: "smpt_url: " + canary, want: []string{"roseash.yaml:1: is not a setting; did you mean smtp_url?"}},
		"environment name":  {yaml: "ROSEASH_LISTEN: x", want: []string{"roseash.yaml:1: is not a setting"}},
		"no space":          {yaml: "listen: 127.0.0.1:1\nsumup_api_key:" + canary, want: []string{"roseash.yaml:"}},
		"nested":            {yaml: "ghost:\n  url: " + canary, want: []string{"roseash.yaml:1: is not a setting"}},
		"mapping value":     {yaml: "ghost_url:\n  a: " + canary, want: []string{"roseash.yaml:1: ghost_url must have a plain value"}},
		"twice in file":     {yaml: "log: text\nlog: json", want: []string{"roseash.yaml:2: sets log a second time"}},
		"anchor":            {yaml: "log: &a text", want: []string{"roseash.yaml:1: log must have a plain value"}},
		"tag":               {yaml: "log: !!str text", want: []string{"roseash.yaml:1: log must have a plain value"}},
		"list":              {yaml: "- " + canary, want: []string{"roseash.yaml:1: must be one mapping"}},
		"scalar":            {yaml: canary, want: []string{"roseash.yaml:1: must be one mapping"}},
		"two documents":     {yaml: "log: text\n---\nlog: json", want: []string{"roseash.yaml:"}},
		"not yaml":          {yaml: "a: [" + canary, want: []string{"roseash.yaml:1: is not YAML"}},
		"tabs":              {yaml: "log: text\n\tsmtp_url: " + canary, want: []string{"roseash.yaml:"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := config.Options{Environ: append([]string{"X=1"}, tt.environ...), Roles: tt.roles}
			if tt.yaml != "" {
				o.File = write(t, tt.yaml)
			}
			_, err := config.Load(o)
			var faults config.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("Load = %v, want Faults", err)
			}
			if len(faults) != len(tt.want) {
				t.Errorf("got %d faults, want %d: %v", len(faults), len(tt.want), err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), "\n  "+want) {
					t.Errorf("no fault begins with %q: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("a value is repeated: %v", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := config.Load(config.Options{Environ: []string{}, File: filepath.Join(t.TempDir(), "x.yaml")})
	if err == nil || !strings.Contains(err.Error(), "--config: names a file that cannot be opened") {
		t.Errorf("Load = %v, want a fault about --config", err)
	}
}

// Faults of the environment, the file, single values and their combination come
// in one error.
func TestFaultsComeTogether(t *testing.T) {
	_, err := config.Load(config.Options{
		Environ: []string{"ROSEASH_LOGG=x", "RUN_MIGRATIONS=x", "ROSEASH_BASE_URL=https://rose.example", "SUMUP_API_KEY=k"},
		File:    write(t, "nope: 1\nmedia_url: x"), Roles: "worker",
	})
	var faults config.Faults
	if !errors.As(err, &faults) || len(faults) != 8 {
		t.Errorf("got %d faults, want 8: %v", len(faults), err)
	}
}

// No secret is in anything that prints a configuration, whatever the verb.
func TestCanary(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("smtp://"+canary+"@m"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := load(t, config.Options{Environ: []string{
		"DATABASE_URL=postgres://u:" + canary + "@db/x", "REDIS_URL=redis://:" + canary + "@r", "GHOST_URL=http://g.example",
		"GHOST_ADMIN_KEY=" + canary + ":00", "GHOST_CONTENT_KEY=" + canary, "GHOST_WEBHOOK_SECRET=" + canary,
		"SUMUP_API_KEY=" + canary, "SUMUP_MERCHANT_CODE=M", "SMTP_URL_FILE=" + key, "ROSEASH_METRICS_TOKEN=" + canary + canary,
		"ROSEASH_S3_ENDPOINT=https://s3.example", "ROSEASH_S3_BUCKET=a-site", "ROSEASH_S3_ACCESS_KEY=" + canary, "ROSEASH_S3_SECRET_KEY=" + canary,
		"ROSEASH_PURGE_URL=https://cdn.example/p", "ROSEASH_PURGE_SECRET=" + canary + canary,
		"ROSEASH_CLOUDFLARE_ZONE=0123456789abcdef0123456789abcdef", "ROSEASH_CLOUDFLARE_TOKEN=" + canary + canary,
	}})
	if !strings.Contains(c.SMTPURL.Reveal(), canary) {
		t.Fatal("the canary is not there to be found")
	}
	inner := struct{ hidden config.Secret }{c.SumUp.APIKey}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		fmt.Fprintf(&out, verb+"\n", c)
		fmt.Fprintf(&out, verb+"\n", c.SumUp.APIKey)
		fmt.Fprintf(&out, verb+"\n", &c.SumUp)
		fmt.Fprintf(&out, verb+"\n", inner)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(raw)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", c.SumUp.APIKey, "config", c)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", c.SumUp.APIKey, "config", c)
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, v := range c.Effective() {
		out.WriteString(v.Text)
	}
	for _, leak := range []string{canary, fmt.Sprintf("%x", canary)} {
		if i := strings.Index(out.String(), leak); i >= 0 {
			t.Errorf("a secret is printed: …%s", out.String()[max(0, i-60):i+len(leak)])
		}
	}
	if !strings.Contains(string(raw), `"APIKey":"[redacted]"`) {
		t.Errorf("JSON does not say that there is a key: %s", raw)
	}
}

func TestSecret(t *testing.T) {
	unset, a, b := config.NewSecret(""), config.NewSecret("a"), config.NewSecret("a")
	if unset.IsSet() || unset.Reveal() != "" || unset.String() != "" {
		t.Error("an empty secret counts as set")
	}
	if !a.Equal(b) || a.Equal(unset) || a.Equal(config.NewSecret("ab")) {
		t.Error("Equal does not compare values")
	}
}

func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", "log: text", "a: b: c", "? x\n: y", "- a", "&a [*a]", "<<: {log: text}", "\"", "federation_peers: [a, b]",
		"smtp_url: >-\n  x\n", "%YAML 1.2\n---\nlog: json", "log: !!binary x", "{log: text}", "log:\n- a:\n  - b", "\x00", "---\n---\n",
		"smtp_url: |\n", "log: 'x\n\n", "null: 1", "1: 2",
	} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid())+".yaml")
		if err := os.WriteFile(path, append(raw, "\n# "+canary...), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(config.Options{File: path, Environ: []string{}})
		var faults config.Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0 || strings.Contains(err.Error(), "canary")) {
			t.Errorf("Load(%q) = %v", raw, err)
		}
		if err == nil && c.Listen == "" {
			t.Errorf("Load(%q) gives a configuration without a listener", raw)
		}
	})
}
