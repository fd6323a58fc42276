// Where a bare address in text ends, as linkify-it finds it.

package lexical

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// divides tells whether a character is a blank, a control or a sign that is never a part
// of an address.
func divides(c rune) bool {
	return c == '<' || c == '>' || c == '\uff5c' || unicode.In(c, unicode.Z, unicode.Cc)
}

func isPunct(c rune) bool { return unicode.Is(unicode.P, c) }

// hostLetter tells whether a character may be in a host: no punctuation, no blank.
func hostLetter(c rune) bool { return c != utf8.RuneError && !divides(c) && !isPunct(c) }

// ended tells whether an address may end before s.
func ended(s string) bool {
	if s == "" {
		return true
	}
	c, _ := utf8.DecodeRuneInString(s)
	if !divides(c) && !isPunct(c) {
		return false
	}
	switch c {
	case '-', '_':
		return false
	case ':':
		return len(s) < 2 || s[1] < '0' || '9' < s[1]
	case '.':
		next, _ := utf8.DecodeRuneInString(s[1:])
		return len(s) == 1 || next != '-' && (divides(next) && next != '<' && next != '>' && next != '\uff5c' || isPunct(next))
	}
	return true
}

// What hosts are looked for: any, of at least two parts, or with an end that is known.
type hostKind int

const (
	hosts hostKind = iota
	longHosts
	mailHosts
)

// ends are those of hosts in addresses of mail without a scheme, countries' apart.
var ends = set("biz", "com", "edu", "gov", "net", "org", "pro", "web", "xxx", "aero", "asia", "coop", "info", "museum", "name", "shop", "рф")

// countries are the letters that each first letter of a country's end goes with.
var countries = map[byte]string{
	'a': "cdefgilmnoqrstuwxz", 'b': "abdefghijmnorstvwyz", 'c': "acdfghiklmnoruvwxyz", 'd': "ejkmoz", 'e': "cegrstu", 'f': "ijkmor",
	'g': "abdefghilmnpqrstuwy", 'h': "kmnrtu", 'i': "delmnoqrst", 'j': "emop", 'k': "eghimnprwyz", 'l': "abcikrstuvy", 'm': "acdeghklmnopqrstuvwxyz",
	'n': "acefgilopruz", 'o': "m", 'p': "aefghklmnrstwy", 'q': "a", 'r': "eosuw", 's': "abcdeghijklmnortuvxyz", 't': "cdfghjklmnortvwz",
	'u': "agksyz", 'v': "aceginu", 'w': "fs", 'y': "et", 'z': "amw",
}

func knownEnd(label string) bool {
	label = strings.ToLower(label)
	return ends[label] || strings.HasPrefix(label, "xn--") || len(label) == 2 && strings.IndexByte(countries[label[0]], label[1]) >= 0
}

// hostLength is how long the host at the start of s is, with what must follow one; 0 for
// none.
func hostLength(s string, kind hostKind) int {
	var stops []int // ends of labels
	for at := 0; ; {
		end := labelLength(s[at:])
		if end == 0 {
			break
		}
		at += end
		stops = append(stops, at)
		if at >= len(s) || s[at] != '.' {
			break
		}
		at++
	}
	for i := len(stops) - 1; i >= 0; i-- {
		end := stops[i]
		label := s[strings.LastIndexByte(s[:end], '.')+1 : end]
		if kind != hosts && i == 0 && (kind == mailHosts || label != "localhost") || kind == mailHosts && !knownEnd(label) {
			continue
		}
		if kind == mailHosts && ended(s[end:]) {
			return end
		}
		if kind != mailHosts {
			if port := portLength(s[end:]); ended(s[end+port:]) {
				return end + port
			} else if ended(s[end:]) {
				return end
			}
		}
	}
	return 0
}

// labelLength is how long a part of a host is: letters, with dashes between them.
func labelLength(s string) int {
	end, count := 0, 0
	for i, c := range s {
		if count++; count > 63 || c != '-' && !hostLetter(c) {
			break
		}
		if c != '-' {
			end = i + utf8.RuneLen(c)
		} else if i == 0 {
			return 0
		}
	}
	return end
}

func portLength(s string) int {
	if len(s) < 2 || s[0] != ':' {
		return 0
	}
	end := 1
	for end < len(s) && end < 7 && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if n, err := strconv.Atoi(s[1:end]); err != nil || n > 65535 || end > 6 {
		return 0
	}
	return end
}

// userLength is how long name@ before a host is.
func userLength(s string) int {
	count := 0
	for i, c := range s {
		if c == '@' && count > 0 {
			return i + 1
		}
		if count++; count > 50 || unicode.In(c, unicode.Z, unicode.Cc) || strings.ContainsRune("@/[]()", c) {
			return 0
		}
	}
	return 0
}

// webAddress is how long an address is behind its scheme and colon; 0 where there is none.
func webAddress(s string) int {
	if !strings.HasPrefix(s, "//") {
		return 0
	}
	user := userLength(s[2:])
	host := hostLength(s[2+user:], hosts)
	if host == 0 {
		return 0
	}
	end := 2 + user + host
	return end + pathLength(s[end:])
}

// withoutScheme is how long an address is behind two slashes.
func withoutScheme(s string) int {
	user := userLength(s)
	host := hostLength(s[user:], longHosts)
	if host == 0 {
		return 0
	}
	return user + host + pathLength(s[user+host:])
}

var mailNames = regexp.MustCompile(`^[-;:&=+$,.a-zA-Z0-9_][-;:&=+$,".a-zA-Z0-9_]{0,63}`)

// mailName is how long the name before an @ is.
func mailName(s string) int { return len(mailNames.FindString(s)) }

// pathLength is how long path, query and fragment at the start of s are.
func pathLength(s string) int {
	if s == "" || strings.IndexByte("/?#", s[0]) < 0 {
		return 0
	}
	at := 1
	for at < len(s) {
		n := pathPart(s[at:])
		if n == 0 {
			break
		}
		at += n
	}
	if at == 1 && s[0] != '/' {
		return 0
	}
	return at
}

// pathPart is how long the next part of a path is: a character, a pair of brackets or
// quotation marks with what is between them, or signs that may not end an address.
func pathPart(s string) int {
	c, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	more := len(s) > size && !unicode.In(next, unicode.Z, unicode.Cc)
	switch c {
	case '[':
		return enclosed(s, "]", 0)
	case '(':
		return enclosed(s, ")", 0)
	case '{':
		return enclosed(s, "}", 0)
	case '"':
		return enclosed(s, `"`, 1)
	case '\'':
		if n := enclosed(s, "'", 1); n > 0 {
			return n
		}
		if more && (next == '-' || hostLetter(next)) {
			return 1
		}
		return 0
	case ']', ')', '}':
		return 0
	case '.':
		dots := len(s) - len(strings.TrimLeft(s, "."))
		if dots >= 2 {
			if len(s) > dots && (s[dots] == '%' || s[dots] == '/' || s[dots] == '&' || '0' <= s[dots] && s[dots] <= '9' || 'a' <= s[dots]|0x20 && s[dots]|0x20 <= 'z') {
				return dots + 1
			}
			return 0
		}
		if more {
			return 1
		}
		return 0
	case '-':
		return len(s) - len(strings.TrimLeft(s, "-"))
	case ',', ';':
		if more {
			return 1
		}
		return 0
	case '!':
		signs := len(s) - len(strings.TrimLeft(s, "!"))
		after, _ := utf8.DecodeRuneInString(s[signs:])
		if len(s) > signs && !unicode.In(after, unicode.Z, unicode.Cc) {
			return signs
		}
		return 0
	case '?':
		if more && next != '?' {
			return 1
		}
		return 0
	}
	if divides(c) {
		return 0
	}
	return size
}

// enclosed is how long s is up to its closing sign, with at least so many characters
// before it; 0 where it has none before a blank.
func enclosed(s, sign string, least int) int {
	end := strings.Index(s[1:], sign)
	if end < least {
		return 0
	}
	if strings.IndexFunc(s[1:1+end], func(c rune) bool { return unicode.In(c, unicode.Z, unicode.Cc) }) >= 0 {
		return 0
	}
	return end + 2
}
