// Package config reads what the operator has set: the environment, and a YAML
// file when one is named. It is the only package that looks at the environment.
//
// Load returns one typed Config, or every fault at once, a line each:
//
//	cfg, err := config.Load(config.Options{File: *file, Roles: *roles})
//
// Nothing has to be set on a developer's machine. The zero Options give a
// working configuration whose defaults are private servers and stand-ins.
//
// Names. A setting is an environment variable (Settings lists them all) and a
// key in the file, which is the variable in lower case without "roseash_":
// ROSEASH_BASE_URL and base_url, SMTP_URL and smtp_url. The environment wins. A
// secret may also be kept in a file of its own that NAME_FILE names. A variable
// that is set but empty counts as not set. A ROSEASH_ variable or a key that
// does not exist is a fault, because it is a misspelt one; ROSEASH_TEST_ is left
// to tests.
//
// Secrets. Everything that opens a door is a Secret, which prints as
// "[redacted]" whatever prints it. Faults name settings and positions and never
// repeat a value, not even of a setting that is no secret: a password lands in
// the wrong line easily.
//
// Stand-ins. The payment simulator, the mail box and the development token
// exist only while the listener, the base URL and every site URL are loopback
// (Config.StandIns). Elsewhere a server needs SMTP_URL, and a data directory
// that was named if its database lives there. These checks apply to processes
// that serve (Options.Roles); `roseash migrate` does not need a mail server.
package config
