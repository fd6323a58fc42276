// Command oracle compares the dates of series that api/events/localtime is tested with, each a
// case in its testdata, with what other engines make of them: npm's rrule on floating time,
// ical.js and libical on iCalendar files. Where they differ, differences.json beside the cases
// has to say so: which dates the engine lacks (-) and has instead (+), and what RFC 5545 says.
// An entry that is not as it comes out, or that nothing comes of any more, is a failure as well.
//
//	oracle -cases DIR -differences FILE -libical PROGRAM [-print]
//
// It runs in e2e, where Node finds its packages. -print writes the differences that there are.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A testCase is a series and its dates before Until, as api/events/localtime's tests have them.
type testCase struct {
	Name    string   `json:"name"`
	Zone    string   `json:"zone"`
	AllDay  bool     `json:"all_day"`
	Start   string   `json:"start"`
	Rule    string   `json:"rule,omitempty"`
	RDates  []string `json:"rdates,omitempty"`
	ExDates []string `json:"exdates,omitempty"`
	Until   string   `json:"until"`
	Want    []string `json:"want"`
}

// A difference is what one engine makes of one case, and why that is not what is wanted.
type difference struct {
	Case   string   `json:"case"`
	Engine string   `json:"engine"`
	Value  []string `json:"value"` // "-" before a date that it lacks, "+" before one that it has instead
	RFC    string   `json:"rfc"`
}

func main() {
	cases := flag.String("cases", "", "directory of the cases")
	table := flag.String("differences", "", "file of the differences that are known")
	libical := flag.String("libical", "", "the program made of libical_rrule.c")
	print := flag.Bool("print", false, "write the differences that there are, as JSON, and do not judge")
	flag.Parse()
	if err := run(*cases, *table, *libical, *print); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(dir, table, libical string, print bool) error {
	cases, err := readCases(dir)
	if err != nil {
		return err
	}
	// Engines look for the first date of a rule without any to the end of all calendars, or for ever.
	cases = slices.DeleteFunc(cases, func(c testCase) bool { return len(c.Want) == 0 })
	found, err := compare(cases, libical)
	if err != nil {
		return err
	}
	if print {
		e := json.NewEncoder(os.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "\t")
		return e.Encode(found)
	}
	var known []difference
	if err := readJSON(table, &known); err != nil {
		return err
	}
	if wrong := judge(found, known); len(wrong) > 0 {
		return fmt.Errorf("%d differences from %s:\n%s", len(wrong), filepath.Base(table), strings.Join(wrong, "\n"))
	}
	fmt.Printf("oracle: %d cases, %d engines, %d known differences, no other\n", len(cases), len(engines), len(known))
	return nil
}

// compare runs every engine and says where it differs.
func compare(cases []testCase, libical string) ([]difference, error) {
	found := []difference{}
	for _, engine := range engines {
		results, err := engine.dates(cases, libical)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine.name, err)
		}
		for _, c := range cases {
			got, ok := results[c.Name]
			if !ok {
				return nil, fmt.Errorf("%s says nothing of %s", engine.name, c.Name)
			}
			if value := unlike(c.wanted(engine.walls), got); len(value) > 0 {
				found = append(found, difference{Case: c.Name, Engine: engine.name, Value: value})
			}
		}
	}
	return found, nil
}

// wanted are a case's dates as an engine writes them: wall times, or instants, or dates of
// what takes whole days.
func (c testCase) wanted(walls bool) []string {
	texts := make([]string, len(c.Want))
	for i, want := range c.Want {
		fields := strings.Fields(want)
		texts[i] = fields[1]
		if walls || c.AllDay {
			texts[i] = fields[0]
		}
	}
	return texts
}

// unlike is what one list lacks of another (-), and has besides (+). Both are bags: what is
// twice counts twice, and the order does not.
func unlike(want, got []string) []string {
	counts := map[string]int{}
	for _, text := range want {
		counts[text]--
	}
	for _, text := range got {
		counts[text]++
	}
	var value []string
	for text, n := range counts {
		for ; n < 0; n++ {
			value = append(value, "-"+text)
		}
		for ; n > 0; n-- {
			value = append(value, "+"+text)
		}
	}
	slices.SortFunc(value, func(a, b string) int { return strings.Compare(a[1:]+a[:1], b[1:]+b[:1]) })
	return value
}

// judge says what of the differences found is not known, and what of the known ones is not found.
func judge(found, known []difference) (wrong []string) {
	key := func(d difference) string { return d.Engine + " on " + d.Case }
	byKey := map[string]difference{}
	for _, d := range known {
		if _, twice := byKey[key(d)]; twice {
			wrong = append(wrong, key(d)+": two entries")
		}
		if !strings.Contains(d.RFC, "RFC 5545 section ") {
			wrong = append(wrong, key(d)+": the entry names no section of RFC 5545")
		}
		byKey[key(d)] = d
	}
	for _, d := range found {
		entry, ok := byKey[key(d)]
		delete(byKey, key(d))
		switch {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%s: %s, and no entry", key(d), strings.Join(d.Value, " ")))
		case !slices.Equal(entry.Value, d.Value):
			wrong = append(wrong, fmt.Sprintf("%s: %s, and the entry has %s", key(d), strings.Join(d.Value, " "), strings.Join(entry.Value, " ")))
		}
	}
	for k := range byKey {
		wrong = append(wrong, k+": an entry, and no difference any more")
	}
	slices.Sort(wrong)
	return wrong
}

func readCases(dir string) (cases []testCase, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		var more []testCase
		if err := readJSON(file, &more); err != nil {
			return nil, err
		}
		cases = append(cases, more...)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("there are no cases in %s", dir)
	}
	return cases, nil
}

func readJSON(file string, into any) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
