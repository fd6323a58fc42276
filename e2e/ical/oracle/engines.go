// The engines, and how they are asked.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// An engine makes dates of cases. walls: it is asked in floating time, and answers so.
type engine struct {
	name  string
	walls bool
	dates func(cases []testCase, libical string) (map[string][]string, error)
}

var engines = []engine{
	{"rrule 2.8.1", true, byRRule},
	{"ical.js 2.2.1", false, byICalJS},
	{"libical", false, byLibical},
}

// patience is how long an engine has for all cases: far more than it needs. What has no date at
// all is not asked (see run), since engines look for one for ever.
const patience = 10 * time.Minute

func byRRule(cases []testCase, _ string) (results map[string][]string, err error) {
	return results, node("ical/rrule.mjs", cases, &results)
}

func byICalJS(cases []testCase, _ string) (results map[string][]string, err error) {
	type question struct {
		Name  string `json:"name"`
		Text  string `json:"text"`
		Until string `json:"until"`
		Most  int    `json:"most"`
	}
	questions := make([]question, len(cases))
	for i, c := range cases {
		text, err := c.file()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		// Some more than there are, so that those that are too many show.
		questions[i] = question{c.Name, text, c.instant(c.Until), len(c.Want) + 5}
	}
	return results, node("ical/rrule_icaljs.mjs", questions, &results)
}

// node runs a script that reads and writes JSON.
func node(script string, question, answer any) error {
	input, err := json.Marshal(question)
	if err != nil {
		return err
	}
	output, err := program(input, "node", script)
	if err != nil {
		return err
	}
	return json.Unmarshal(output, answer)
}

// byLibical asks libical, which reads one file at a time.
func byLibical(cases []testCase, libical string) (map[string][]string, error) {
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	results := map[string][]string{}
	for _, c := range cases {
		text, err := c.file()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		file := filepath.Join(dir, c.Name+".ics")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		output, err := program(nil, libical, file, c.instant(c.Until))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		results[c.Name] = strings.Fields(string(output))
	}
	return results, nil
}

// program runs a program to its end, and returns what it writes.
func program(input []byte, name string, arguments ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	output, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("it has not ended after %v", patience)
	}
	return output, err
}
