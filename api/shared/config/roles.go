// Roles of a process, and the checks that look at several settings at once.

package config

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/urls"
)

// Role is a part of the work that a process can do.
type Role string

// The roles. `roseash serve` has all of them unless --roles picks.
const (
	API     Role = "api"
	Worker  Role = "worker"
	Builder Role = "builder"
)

// AllRoles is the --roles of one process that does everything.
const AllRoles = "api,worker,builder"

// Roles is the set of roles of a process.
type Roles []Role

// Has tells whether the process has a role.
func (r Roles) Has(role Role) bool { return slices.Contains(r, role) }

// All tells whether the process has every role, so that it needs no other.
func (r Roles) All() bool { return r.Has(API) && r.Has(Worker) && r.Has(Builder) }

func parseRoles(list string, faults *Faults) Roles {
	var roles Roles
	for word := range strings.SplitSeq(list, ",") {
		role := Role(strings.TrimSpace(word))
		if !slices.Contains([]Role{API, Worker, Builder}, role) {
			faults.add("--roles", "must be some of api, worker and builder, separated by commas")
			return nil
		}
		if !roles.Has(role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// complete fills in what follows from other settings and checks what the
// addresses mean together, unless one of them is faulty already.
func (c *Config) complete(siteURLs map[urls.App]string, faulty map[string]bool, faults *Faults) {
	if c.origins["ROSEASH_BASE_URL"] == "default" {
		c.BaseURL = defaultBase(c.Listen)
		c.values["ROSEASH_BASE_URL"] = c.BaseURL
	}
	for name := range faulty {
		if name == "ROSEASH_LISTEN" || name == "ROSEASH_BASE_URL" || strings.HasPrefix(name, "ROSEASH_SITE_") {
			return
		}
	}
	var err error
	if c.Sites, err = urls.New(c.BaseURL, siteURLs); err != nil {
		faults.add("ROSEASH_SITE_<APP>_URL", err.Error())
		return
	}
	c.BaseURL = c.Sites.Main()
	standIns := c.StandIns()
	if c.origins["RUN_MIGRATIONS"] == "default" {
		c.RunMigrations = standIns
		c.values["RUN_MIGRATIONS"] = strconv.FormatBool(standIns)
	}
	if standIns {
		return
	}
	if len(c.FederationPeers) > 0 {
		faults.add("ROSEASH_FEDERATION_PEERS", "is for development: the listener, the base URL and every site URL must be loopback")
	}
	if len(c.Roles) == 0 {
		return
	}
	if c.origins["SMTP_URL"] == "default" {
		faults.add("SMTP_URL", "must be set where the listener, the base URL or a site URL is not loopback")
	}
	if c.origins["DATABASE_URL"] == "default" && c.origins["ROSEASH_DATA_DIR"] == "default" {
		faults.add("ROSEASH_DATA_DIR", "must be named where a private database serves the public, or set DATABASE_URL")
	}
	if !urls.Loopback(c.Listen) && c.origins["ROSEASH_BASE_URL"] == "default" {
		faults.add("ROSEASH_BASE_URL", "must be set where the listener is not loopback")
	}
}

// checkPairs reports settings that need another one.
func (c *Config) checkPairs(faults *Faults) {
	if len(c.Roles) > 0 && !c.Roles.All() && !c.RedisURL.IsSet() {
		faults.add("REDIS_URL", "must be set for a process with only some of the roles, which share it")
	}
	ghostKey := c.Ghost.AdminKey.IsSet() || c.Ghost.ContentKey.IsSet()
	if c.values["GHOST_URL"] == "" && (ghostKey || c.Ghost.WebhookSecret.IsSet()) {
		faults.add("GHOST_URL", "must be set where one of Ghost's keys is")
	}
	if c.values["GHOST_URL"] != "" && !ghostKey {
		faults.add("GHOST_ADMIN_KEY", "must be set where GHOST_URL is, or GHOST_CONTENT_KEY")
	}
	if c.Ghost.WebhookSecret.IsSet() && !c.Ghost.AdminKey.IsSet() {
		faults.add("GHOST_ADMIN_KEY", "must be set where GHOST_WEBHOOK_SECRET is: webhooks only say what to ask for")
	}
	if c.SumUp.APIKey.IsSet() && c.SumUp.MerchantCode == "" {
		faults.add("SUMUP_MERCHANT_CODE", "must be set where SUMUP_API_KEY is")
	}
	c.checkTogether(faults, "ROSEASH_S3_ENDPOINT", "ROSEASH_S3_BUCKET", "ROSEASH_S3_ACCESS_KEY", "ROSEASH_S3_SECRET_KEY")
	c.checkTogether(faults, "ROSEASH_PURGE_URL", "ROSEASH_PURGE_SECRET")
	c.checkTogether(faults, "ROSEASH_CLOUDFLARE_ZONE", "ROSEASH_CLOUDFLARE_TOKEN")
	if c.S3.Prefix != "" && c.values["ROSEASH_S3_BUCKET"] == "" {
		faults.add("ROSEASH_S3_BUCKET", "must be set where ROSEASH_S3_PREFIX is")
	}
}

// checkTogether reports each of the settings that is not set, where another is.
func (c *Config) checkTogether(faults *Faults, names ...string) {
	set := slices.IndexFunc(names, func(name string) bool { return c.values[name] != "" })
	for _, name := range names {
		if set >= 0 && c.values[name] == "" {
			faults.add(name, "must be set where "+names[set]+" is")
		}
	}
}

func defaultBase(listen string) string {
	_, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" || port == "" {
		port = "8080"
	}
	return "http://localhost:" + port
}
