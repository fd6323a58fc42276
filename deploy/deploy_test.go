// Tests of the files beside this one that need nothing but Go: what they say
// must agree with the code.

package deploy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"rose-ash.com/roseash/api/shared/config"
	site "rose-ash.com/roseash/site-templates"
)

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// serverPolicies are the string constants of the middleware that sets the
// server's security headers, and the pages' own policy as pagePolicy.
func serverPolicies(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../api/middleware_headers.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"pagePolicy": site.ContentSecurityPolicy, "fragmentPolicy": site.FragmentPolicy}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if text, ok := stringOf(spec.Values[0]); ok {
				values[spec.Names[0].Name] = text
			}
		}
		return true
	})
	return values
}

// stringOf adds up string literals.
func stringOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok1 := stringOf(e.X)
		right, ok2 := stringOf(e.Y)
		return left + right, ok1 && ok2
	}
	return "", false
}

func TestCaddyfileHasTheServersHeaders(t *testing.T) {
	caddyfile := read(t, "Caddyfile")
	policies := serverPolicies(t)
	for name, header := range map[string]string{
		"pagePolicy": "Content-Security-Policy", "fragmentPolicy": "Content-Security-Policy", "dataPolicy": "Content-Security-Policy",
		"permissions": "Permissions-Policy", "hsts": "Strict-Transport-Security",
	} {
		if policies[name] == "" {
			t.Errorf("the server has no %s any more", name)
		}
		if want := header + ` "` + policies[name] + `"`; !strings.Contains(caddyfile, want) {
			t.Errorf("Caddyfile lacks the server's %s, which is\n%s", header, want)
		}
	}
}

// TestEveryBuildHasItsOwnWebP: libwebp as Go, and never the machine's own, is a
// tag of the build.
func TestEveryBuildHasItsOwnWebP(t *testing.T) {
	for _, name := range []string{"../Makefile", "../Dockerfile", "check.sh"} {
		text := read(t, name)
		if !strings.Contains(text, "nodynamic") {
			t.Errorf("%s builds without the tag nodynamic", name)
		}
	}
}

type composeFile struct {
	Services map[string]struct {
		Image       string            `yaml:"image"`
		Command     []string          `yaml:"command"`
		Ports       []string          `yaml:"ports"`
		Environment map[string]string `yaml:"environment"`
		Healthcheck map[string]any    `yaml:"healthcheck"`
		Volumes     []string          `yaml:"volumes"`
		Networks    []string          `yaml:"networks"`
		Privileged  bool              `yaml:"privileged"`
	} `yaml:"services"`
	Secrets map[string]struct {
		File string `yaml:"file"`
	} `yaml:"secrets"`
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	var c composeFile
	// A service may overrule what it takes from the shared part.
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "../compose.yaml")), &c, yaml.AllowDuplicateMapKey()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposePublishesCaddyOnly(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if published := len(s.Ports) > 0; published != (name == "caddy") {
			t.Errorf("service %s publishes %v", name, s.Ports)
		}
		if s.Privileged || slices.ContainsFunc(s.Volumes, func(v string) bool { return strings.Contains(v, "docker.sock") }) {
			t.Errorf("service %s could take over the host", name)
		}
		if strings.HasSuffix(s.Image, ":latest") || !strings.Contains(s.Image, ":") {
			t.Errorf("service %s takes any version of %s", name, s.Image)
		}
	}
}

func TestComposeChecksHealth(t *testing.T) {
	// Services of our own image have the Dockerfile's check; a job ends.
	if !strings.Contains(read(t, "../Dockerfile"), "\nHEALTHCHECK ") {
		t.Error("Dockerfile has no HEALTHCHECK")
	}
	for name, s := range readCompose(t).Services {
		if !strings.HasPrefix(s.Image, "${ROSEASH_IMAGE") && s.Healthcheck["test"] == nil {
			t.Errorf("service %s has no healthcheck", name)
		}
	}
}

// TestComposeSettings finds variables that are no settings, which would keep the
// process from starting, and secrets written down.
func TestComposeSettings(t *testing.T) {
	known := map[string]bool{}
	for _, s := range config.Settings() {
		known[s.Name] = true
		known[s.Name+"_FILE"] = s.Secret
	}
	c := readCompose(t)
	ours := 0
	for name, s := range c.Services {
		if !strings.HasPrefix(s.Image, "${ROSEASH_IMAGE") {
			continue
		}
		ours++
		for variable := range s.Environment {
			if !known[variable] {
				t.Errorf("service %s sets %s, which is no setting", name, variable)
			}
		}
	}
	if ours < 4 {
		t.Errorf("%d services run our image, want api, worker, builder and migrate", ours)
	}
	for name, s := range c.Secrets {
		if !strings.HasPrefix(s.File, "./deploy/secrets/") {
			t.Errorf("secret %s is in %s, which may be committed", name, s.File)
		}
	}
}

// TestComposeStarts loads the configuration that compose.yaml gives a server.
func TestComposeStarts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"database_url": "postgres://roseash:x@postgres:5432/roseash\n",
		"secret_key":   "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n",
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range readCompose(t).Services {
		if len(s.Command) < 3 || s.Command[0] != "serve" {
			continue
		}
		environ := []string{}
		for variable, value := range s.Environment {
			if from, fallback, ok := strings.Cut(value, ":-"); ok && strings.HasPrefix(from, "${") {
				value = strings.TrimSuffix(fallback, "}")
			}
			value = strings.Replace(value, "/run/secrets", dir, 1)
			environ = append(environ, variable+"="+value)
		}
		c, err := config.Load(config.Options{Environ: environ, Roles: s.Command[2]})
		if err != nil {
			t.Errorf("service %s: %v", name, err)
		}
		if c.StandIns() {
			t.Errorf("service %s has the stand-ins of development", name)
		}
	}
}
