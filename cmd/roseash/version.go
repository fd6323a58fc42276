// version: what this program is.

package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"rose-ash.com/roseash/api"
)

// version is set by the linker: what git calls the commit.
var version = ""

// versionName is the version, or what Go knows of it where the linker said
// nothing.
func versionName() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// printVersion prints the program's version and that of the API.
func printVersion(_ context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "roseash %s (API %s, %s %s/%s)\n", versionName(), api.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
