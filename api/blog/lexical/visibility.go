// Who may see a card: gates around it, in the words that Ghost's front end reads.

package lexical

import "strings"

// everybody are all members in Ghost's words.
const everybody = "status:free,status:-free"

// audience is who may see a card on a page and in a mail; no segment is no member.
type audience struct {
	nonMember bool
	segment   string
	mail      string
}

// gated puts the gates of a card around what it is on a page; "" where nobody may see it.
func (r *renderer) gated(n node, content string) string {
	a := r.visibility(n)
	if a.nonMember && a.segment == everybody {
		return content
	}
	if !a.nonMember && a.segment == "" {
		return ""
	}
	nonMember := "false"
	if a.nonMember {
		nonMember = "true"
	}
	return "\n<!--kg-gated-block:begin nonMember:" + nonMember + ` memberSegment:"` + a.segment + `" -->` + content + "<!--kg-gated-block:end-->\n"
}

// visibility reads the property of that name, in its newer and its older forms.
func (r *renderer) visibility(n node) audience {
	all := audience{nonMember: true, segment: everybody, mail: everybody}
	v := n.object("visibility")
	if v == nil {
		return all
	}
	web, mail := v.object("web"), v.object("email")
	if _, ok := web["nonMember"]; ok && web.has("memberSegment") && mail.has("memberSegment") {
		return audience{
			nonMember: web["nonMember"] == true,
			segment:   r.segment(web.str("memberSegment")),
			mail:      r.segment(mail.str("memberSegment")),
		}
	}
	a := all
	if v.has("emailOnly") {
		a.nonMember = !v.truthy("emailOnly")
	} else if v.has("showOnWeb") {
		a.nonMember = v.truthy("showOnWeb")
	}
	if !a.nonMember {
		a.segment = ""
	}
	if !v.has("showOnEmail") && !v.has("emailOnly") {
		return a
	}
	switch s := v.str("segment"); {
	case v["showOnEmail"] == false, s == "status:-free+status:-paid":
		a.mail = ""
	case s == "status:free":
		a.mail = s
	case s == "status:paid", s == "status:-free":
		a.mail = "status:-free"
	}
	return a
}

// segment is a filter of members, in the letters that filters are written with: others
// could end the comment that it stands in, and so such a filter is nobody.
func (r *renderer) segment(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:,+-_.()[] ") != "" || gateMark.MatchString(s) {
		r.leave("a filter of members that is none")
		return ""
	}
	return s
}
