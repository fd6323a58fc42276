// Command generate makes the Go client and the TypeScript types from
// openapi.yaml, checks that the example in TypeScript still fits them, and
// notes from what they were made. Run it in the root of the module:
//
//	go run ./openapi/generate
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"rose-ash.com/roseash/openapi/inputs"
)

type step struct {
	dir  string
	args []string
}

var steps = []step{
	{"client", []string{"go", "run", "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@" + inputs.OapiCodegen,
		"-config", "config.yaml", "../openapi.yaml"}},
	{"ts", []string{"npx", "--yes", "openapi-typescript@" + inputs.OpenAPITypeScript, "../openapi.yaml", "-o", "schema.d.ts"}},
	{"ts", []string{"npx", "--yes", "-p", "typescript@" + inputs.TypeScript, "tsc", "--noEmit", "--strict",
		"--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable", "example.ts"}},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	for _, s := range steps {
		cmd := exec.Command(s.args[0], s.args[1:]...)
		cmd.Dir = filepath.Join("openapi", s.dir)
		cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", s.args[0], err)
		}
	}
	sum, err := inputs.Sum("openapi")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("openapi", inputs.File), []byte(sum+"\n"), 0o644)
}
