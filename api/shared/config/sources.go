// Where values come from: the environment, the YAML file, files of secrets.

package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// maxSecretFile is far above any key and keeps a mistaken path harmless.
const maxSecretFile = 64 << 10

type value struct{ text, origin string }

// sources holds raw values by setting name, NAME_FILE included, the environment
// apart from the file.
type sources struct {
	environ, file map[string]value
}

func readEnviron(environ []string, faults *Faults) *sources {
	read := &sources{environ: map[string]value{}, file: map[string]value{}}
	known := names(func(s setting) string { return s.name })
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if slices.Contains(known, name) {
			read.environ[name] = value{text, "environment"}
			continue
		}
		if strings.HasPrefix(name, "ROSEASH_") && !strings.HasPrefix(name, "ROSEASH_TEST_") {
			faults.add(printable(name), "is not a setting"+suggestion(name, known))
		}
	}
	slices.Sort(*faults)
	return read
}

// value finds a setting, the environment first; ok is false if nothing is set.
func (r *sources) value(s setting, faults *Faults) (v value, ok bool) {
	for _, from := range []map[string]value{r.environ, r.file} {
		plain, file := from[s.name], from[s.name+"_FILE"]
		switch {
		case plain.text != "" && file.text != "":
			faults.add(s.name, "is set twice, also by "+s.name+"_FILE")
			return value{}, false
		case plain.text != "":
			return plain, true
		case file.text != "":
			text, err := readSecret(file.text)
			if err != nil {
				faults.add(s.name+"_FILE", err.Error())
				return value{}, false
			}
			return value{text, file.origin + " (" + s.name + "_FILE)"}, true
		}
	}
	return value{}, false
}

// readSecret reads a file of one secret without its last line break. Errors
// leave the path out: somebody may have put the secret itself there.
func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", errors.New("names a file that does not exist")
	case errors.Is(err, fs.ErrPermission):
		return "", errors.New("names a file that may not be read")
	case err != nil:
		return "", errors.New("names a file that cannot be read")
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return "", errors.New("names a file that cannot be read")
	}
	text := strings.TrimRight(string(raw), "\r\n")
	if text == "" || len(raw) > maxSecretFile {
		return "", errors.New("names a file that is empty or far too large")
	}
	return text, nil
}

// names lists what a source may contain: each setting, and NAME_FILE (or
// name_file) for the secrets.
func names(spell func(setting) string) []string {
	var list []string
	for _, s := range settings {
		list = append(list, spell(s))
		if s.secret {
			if name := spell(s); name == s.name {
				list = append(list, name+"_FILE")
			} else {
				list = append(list, name+"_file")
			}
		}
	}
	return list
}

func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, name[:min(len(name), 64)])
}
