// The log: text for people, JSON for machines.

package main

import (
	"io"
	"log/slog"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
)

// readable tells whether the log is meant for a person.
func readable(c config.Log, w io.Writer) bool {
	return c.Format == "text" || c.Format != "json" && isTerminal(w)
}

// logger makes the process's log and its default. A command that does not serve
// logs warnings only, unless another level was asked for: what it did, it prints.
func logger(cfg config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.Log.Level}
	if len(cfg.Roles) == 0 && cfg.Log.Level == slog.LevelInfo {
		options.Level = slog.LevelWarn
	}
	var handler slog.Handler
	if readable(cfg.Log, w) {
		options.ReplaceAttr = shortTime
		handler = slog.NewTextHandler(w, options)
	} else {
		options.ReplaceAttr = inSeconds
		handler = slog.NewJSONHandler(w, options)
	}
	log := slog.New(api.LogHandler(handler))
	slog.SetDefault(log)
	return log
}

// shortTime leaves the day out: a person knows it.
func shortTime(groups []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindTime && len(groups) == 0 && a.Key == slog.TimeKey {
		a.Value = slog.StringValue(a.Value.Time().Format("15:04:05.000"))
	}
	return a
}

// inSeconds writes durations as numbers of the unit that metrics have, too.
func inSeconds(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.Float64Value(float64(a.Value.Duration().Microseconds()) / 1e6)
	}
	return a
}
