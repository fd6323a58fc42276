// openapi: the document of the API, printed.

package main

import (
	"context"

	"rose-ash.com/roseash/api"
)

// printOpenAPI prints the API's description; no configuration is read and no
// database asked.
func printOpenAPI(_ context.Context, c *call) error {
	flags := c.flags()
	form := flags.String("version", "3.1", "of OpenAPI: 3.1, or 3.0 for tools that know no newer")
	json := flags.Bool("json", false, "JSON and not YAML")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	name, ok := map[string]string{"3.1": "openapi", "3.0": "openapi-3.0"}[*form]
	if !ok {
		return usageError("--version is 3.1 or 3.0")
	}
	files, err := api.Files(api.Document(api.EveryRoute()))
	if err != nil {
		return err
	}
	ending := ".yaml"
	if *json {
		ending = ".json"
	}
	_, err = c.out.Write(files[name+ending])
	return err
}
