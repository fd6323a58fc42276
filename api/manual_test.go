package api_test

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
)

// command is a curl of docs/api.md and, in the comment below, what it answers.
var command = regexp.MustCompile(`(?m)^(curl (?:[^\n]*\\\n)*[^\n]*)\n# (\d{3})$`)

var word = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// TestManual runs the commands of docs/api.md one after the other.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := command.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "\ncurl "); n == 0 || n != len(commands) {
		t.Fatalf("%d commands can be read, of %d", len(commands), n)
	}
	h := product(t)
	contract := apitest.Open(t, h)
	publish(t, h, "/v1/posts/bread-on-tuesdays")
	said := map[string]string{"ROSEASH": "", "TOKEN": "editor"}
	for _, c := range commands {
		s := curl(t, c[1], said)
		s.Status, _ = strconv.Atoi(c[2])
		res, body := apitest.Ask(t, h, s)
		if res.StatusCode != s.Status {
			t.Errorf("%s\n= %d %s, want %d", c[1], res.StatusCode, body, s.Status)
		}
		for _, fault := range contract.Check(s.Method, s.URL, res, body) {
			t.Errorf("%s: %s", c[1], fault)
		}
		if tag := res.Header.Get("ETag"); tag != "" {
			said["ETag"] = tag
		}
		if m := regexp.MustCompile(`"next_cursor":"([^"]+)"`).FindSubmatch(body); m != nil {
			said["CURSOR"] = string(m[1])
		}
	}
}

// publish makes a second post and puts both where everybody sees them.
func publish(t *testing.T, h http.Handler, at string) {
	t.Helper()
	for _, s := range []apitest.Scenario{
		{Method: "POST", URL: "/v1/posts", Body: `{"title":"Another","slug":"another"}`, Status: 201},
		{Method: "PUT", URL: "/v1/posts/another/publish", Status: 200},
		{Method: "PUT", URL: at + "/publish", Status: 200},
	} {
		s.Header = asEditor
		if res, body := apitest.Ask(t, h, s); res.StatusCode != s.Status {
			t.Fatalf("%s = %d %s", s.URL, res.StatusCode, body)
		}
	}
}

// curl is the request that a command makes, with $NAME of what was said before.
func curl(t *testing.T, line string, said map[string]string) apitest.Scenario {
	t.Helper()
	s := apitest.Scenario{Header: map[string]string{}}
	words := word.FindAllString(strings.ReplaceAll(line, "\\\n", " "), -1)[1:]
	plain := func(text string) string {
		if strings.HasPrefix(text, "'") {
			return strings.Trim(text, "'")
		}
		return os.Expand(strings.Trim(text, `"`), func(name string) string {
			value, ok := said[name]
			if !ok {
				t.Errorf("%s: nobody said what $%s is", line, name)
			}
			return value
		})
	}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-i":
		case "-X":
			i++
			s.Method = words[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(plain(words[i]), ": ")
			s.Header[name] = value
		case "--json":
			i++
			s.Body = plain(words[i])
		default:
			s.URL = plain(words[i])
		}
	}
	if s.Method == "" {
		s.Method = http.MethodGet
	}
	return s
}
