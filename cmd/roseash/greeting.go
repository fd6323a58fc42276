// What a start says.

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
)

// greeting says, when it is called, that the process is there, and where: in a
// few lines for a person, as records for a machine. It is ready where the schema
// is current.
func (p *process) greeting(current bool) func() {
	state := "ready"
	if !current {
		state = "started"
	}
	private := "" // asked now: another goroutine minds the cluster later
	if c := p.data.cluster; c != nil {
		private = fmt.Sprintf("private PostgreSQL %d in %s (no DATABASE_URL)", c.Version(), c.Dir())
	}
	return func() {
		if p.readable() {
			p.greet(state, private)
		} else {
			p.report(state)
		}
	}
}

// report is the greeting for machines.
func (p *process) report(state string) {
	attrs := []any{"took", p.took(), "roles", rolesOf(p.cfg), "version", versionName()}
	if p.public != nil {
		attrs = append(attrs, "listen", p.public.Addr().String(), "url", p.cfg.BaseURL+"/")
	}
	if p.private != nil {
		attrs = append(attrs, "metrics", p.private.Addr().String())
	}
	p.log.Info(state, attrs...)
	if p.token != nil {
		p.log.Info("development token", "file", p.tokenFile())
	}
}

func (p *process) took() time.Duration { return time.Since(p.begun).Round(10 * time.Millisecond) }

// mailBox tells whether mail is shown instead of being sent.
func (p *process) mailBox() bool {
	return p.public != nil && p.cfg.StandIns() && !p.cfg.SMTPURL.IsSet()
}

func (p *process) tokenFile() string { return filepath.Join(p.cfg.DataDir, auth.DevelopmentFile) }

// greet is the greeting for people.
func (p *process) greet(state, database string) {
	fmt.Fprintf(p.out, "\n  Rose Ash is %s after %s\n\n", state, p.took())
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	line := func(name, format string, values ...any) {
		fmt.Fprintf(table, "  %s\t%s\n", name, fmt.Sprintf(format, values...))
	}
	if p.public != nil {
		line("Site", "%s/", p.cfg.BaseURL)
		for _, origin := range p.cfg.Sites.Origins()[1:] {
			line("", "%s/", origin)
		}
		line("API", "%s/v1/posts, described at %s/docs", p.cfg.BaseURL, p.cfg.BaseURL)
	} else {
		line("Roles", "%s", rolesOf(p.cfg))
	}
	if p.private != nil {
		line("Metrics", "http://%s/metrics", p.private.Addr())
	}
	if p.cfg.Roles.Has(config.Builder) {
		line("Pages", "%d in %s", pageCount(p.cfg.PublicDir), p.cfg.PublicDir)
	}
	if database != "" {
		line("Database", "%s", database)
	}
	if p.cache.InProcess() {
		line("Redis", "in process (no REDIS_URL)")
	}
	if p.token != nil {
		line("Token", "%s, in %s; on this machine only", p.token.Token(), p.tokenFile())
	}
	if p.mailBox() {
		line("Mail", "is kept and shown at %s/_dev/mail (no SMTP_URL)", p.cfg.BaseURL)
	}
	if p.cfg.SumUp.MerchantCode == simulatedMerchant {
		line("Payments", "are simulated at %s: no money moves (no SUMUP_API_KEY)", p.cfg.SumUp.BaseURL)
	}
	if p.owner != "" {
		line("Owner", "nobody yet; whoever opens this first, once: %s", p.owner)
	}
	table.Flush()
	if p.token != nil {
		fmt.Fprintf(p.out, `
  Write something:
    curl -X POST %[1]s/v1/posts -H "Authorization: Bearer $(cat %[2]s)" \
      -H 'Content-Type: application/json' -d '{"title":"Hello","source":"It *works*."}'
    curl -X PUT %[1]s/v1/posts/hello/publish -H "Authorization: Bearer $(cat %[2]s)"
  and look at %[1]s/hello/

  Ctrl-C stops everything; what you wrote is kept in %[3]s.
`, p.cfg.BaseURL, p.tokenFile(), p.cfg.DataDir)
	}
	fmt.Fprintln(p.out)
}

func rolesOf(cfg config.Config) string {
	words := make([]string, len(cfg.Roles))
	for i, r := range cfg.Roles {
		words[i] = string(r)
	}
	return strings.Join(words, ",")
}

// pageCount is how many pages are in the trees below dir.
func pageCount(dir string) (n int) {
	_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".html") {
			n++
		}
		return nil
	})
	return n
}
