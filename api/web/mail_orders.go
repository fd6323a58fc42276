// Mails about orders: what was queued, in words.

package web

import (
	"encoding/json"
	"regexp"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

func orderMail(write func(site.OrderMail) site.Mail) mailKind {
	return func(w mailWriter, data []byte) (site.Mail, error) {
		var m contract.OrderMail
		if err := json.Unmarshal(data, &m); err != nil {
			return site.Mail{}, err
		}
		text := func(minor int64) string {
			return money.Format(contract.Money{AmountMinor: minor, Currency: m.Totals.Currency})
		}
		view := site.OrderMail{
			Frame: w.frame, Reference: oneLine(m.Reference), Name: oneLine(m.Name), Link: m.Link,
			Delivery: oneLine(m.Delivery), Instructions: strings.Join(paragraphs(m.Instructions), " "),
			Reason: strings.Join(paragraphs(m.Reason), " "), Cancellation: paragraphs(m.Cancellation), Invoice: oneLine(m.Invoice),
		}
		if m.RefundMinor > 0 {
			view.Refund = text(m.RefundMinor)
		}
		for _, l := range m.Lines {
			line := site.OrderMailLine{Text: grouped(l.Quantity) + " × "}
			if l.ByWeight {
				line.Text = money.Size(l.Quantity, contract.UnitGram) + " of "
			}
			line.Text += oneLine(l.Name) + ": " + text(l.NetMinor)
			for _, f := range contentsOf(l.Allergens) {
				line.Contents = append(line.Contents, f.Name+": "+oneLine(f.Value))
			}
			view.Lines = append(view.Lines, line)
		}
		if m.Totals.Currency != "" {
			sums := sumsOf(m.Totals, nil)
			view.Total = sums.Total
			for _, s := range sums.Rows {
				view.Sums = append(view.Sums, s.Name+": "+s.Value)
			}
			for _, v := range sums.VAT {
				view.VAT = append(view.VAT, v.Name+": "+v.Value)
			}
		}
		return write(view), nil
	}
}

// blankLine parts paragraphs; markdownHead begins a heading.
var (
	blankLine    = regexp.MustCompile(`\n[ \t\r]*\n`)
	markdownHead = regexp.MustCompile(`^#{1,6} +`)
)

// paragraphs are those of a longer text, each as it can stand in a mail.
func paragraphs(text string) (list []string) {
	for _, p := range blankLine.Split(text, -1) {
		var lines []string
		for _, line := range strings.Split(p, "\n") {
			for len(line) > mostOfALine {
				cut := strings.LastIndexByte(line[:mostOfALine], ' ')
				if cut <= 0 {
					break
				}
				lines, line = append(lines, oneLine(line[:cut])), line[cut+1:]
			}
			lines = append(lines, oneLine(line))
		}
		if p = markdownHead.ReplaceAllString(strings.TrimSpace(strings.Join(lines, " ")), ""); p != "" {
			list = append(list, p)
		}
	}
	return list
}
