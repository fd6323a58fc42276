// The words of mails: from what was queued to what is sent.

package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// NewMails makes the Renderer of every kind that contract.Mail names. It fails for other
// kinds, for data that is not of the kind's type, and as settings does.
func NewMails(settings func(ctx context.Context) (contract.SiteSettings, error), sites urls.Sites) mail.Renderer {
	return func(ctx context.Context, kind string, data []byte) (mail.Rendered, error) {
		write, ok := mailKinds[kind]
		if !ok {
			return mail.Rendered{}, fmt.Errorf("mail: there is no kind %q", kind)
		}
		set, err := settings(ctx)
		if err != nil {
			return mail.Rendered{}, err
		}
		w := mailWriter{
			frame: site.MailFrame{Site: oneLine(set.Title), HomeURL: sites.URL(urls.Blog, urls.Home())},
			zone:  zone(set),
		}
		m, err := write(w, data)
		if err != nil {
			return mail.Rendered{}, fmt.Errorf("mail: the data of %s is not of its type", kind)
		}
		var html bytes.Buffer
		if err := m.HTML().Render(ctx, &html); err != nil {
			return mail.Rendered{}, err
		}
		return mail.Rendered{Subject: m.Subject, Text: m.Text(), HTML: html.String()}, nil
	}
}

// mailWriter is what all kinds need.
type mailWriter struct {
	frame site.MailFrame
	zone  *time.Location
}

// mailKind writes one kind of mail.
type mailKind func(w mailWriter, data []byte) (site.Mail, error)

// mailKinds are the kinds that contract.Mail names.
var mailKinds = map[string]mailKind{
	"sign_in":          signInMail(site.MailSignIn),
	"sign_in_closed":   signInMail(site.MailSignInClosed),
	"invitation":       invitationMail,
	"welcome":          linkMail(site.MailWelcome),
	"new_device":       deviceMail,
	"email_confirm":    linkMail(site.MailEmailConfirm),
	"email_change":     linkMail(site.MailEmailChange),
	"email_changed":    linkMail(site.MailEmailChanged),
	"recovery":         linkMail(site.MailRecovery),
	"export_ready":     linkMail(site.MailExportReady),
	"deletion_planned": linkMail(site.MailDeletionPlanned),
	"deletion_done":    linkMail(site.MailDeletionDone),

	"order_paid":         orderMail(site.MailOrderPaid),
	"order_ready":        orderMail(site.MailOrderReady),
	"order_refunded":     orderMail(site.MailOrderRefunded),
	"order_cancelled":    orderMail(site.MailOrderCancelled),
	"order_late_payment": orderMail(site.MailOrderLatePayment),
	"order_changed":      orderMail(site.MailOrderChanged),
}

func signInMail(write func(site.SignInMail) site.Mail) mailKind {
	return func(w mailWriter, data []byte) (site.Mail, error) {
		var m contract.SignInMail
		if err := json.Unmarshal(data, &m); err != nil {
			return site.Mail{}, err
		}
		return write(site.SignInMail{Frame: w.frame, Link: m.Link, Code: oneLine(m.Code), From: oneLine(m.AskedFrom), Lasts: spelt(m.Lasts), New: m.New}), nil
	}
}

func invitationMail(w mailWriter, data []byte) (site.Mail, error) {
	var m contract.InvitationMail
	if err := json.Unmarshal(data, &m); err != nil {
		return site.Mail{}, err
	}
	view := site.InvitationMail{Frame: w.frame, Link: m.Link, By: oneLine(m.InvitedBy), Until: w.moment(m.ExpiresAt)}
	for _, r := range m.Roles {
		view.Roles = append(view.Roles, oneLine(string(r.Role)))
	}
	return site.MailInvitation(view), nil
}

func deviceMail(w mailWriter, data []byte) (site.Mail, error) {
	var m contract.DeviceMail
	if err := json.Unmarshal(data, &m); err != nil {
		return site.Mail{}, err
	}
	return site.MailNewDevice(site.DeviceMail{Frame: w.frame, At: w.moment(m.At), From: oneLine(m.From), Link: m.Sessions}), nil
}

func linkMail(write func(site.LinkMail) site.Mail) mailKind {
	return func(w mailWriter, data []byte) (site.Mail, error) {
		var m contract.LinkMail
		if err := json.Unmarshal(data, &m); err != nil {
			return site.Mail{}, err
		}
		return write(site.LinkMail{Frame: w.frame, Link: m.Link, Until: w.moment(m.Until), Address: oneLine(m.Address)}), nil
	}
}

// moment is a time as people at the site say it; empty for none.
func (w mailWriter) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.zone).Format("Monday 2 January 2006, 15:04 MST")
}

// spelt is a duration in whole minutes, or hours: "10 minutes".
func spelt(d time.Duration) string {
	n, unit := int(math.Round(d.Minutes())), "minute"
	if n >= 120 && n%60 == 0 {
		n, unit = n/60, "hour"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// mostOfALine is in characters: names are shorter.
const mostOfALine = 200

// oneLine is text from people as it can stand in a mail: on one line, not endless, without
// characters that turn others round.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > mostOfALine {
		text = string(runes[:mostOfALine-1]) + "…"
	}
	return text
}
