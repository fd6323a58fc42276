// The words of mails about orders. Food has its allergens named once more when it is sold at
// a distance (retained Regulation (EU) 1169/2011 article 14).

package site

// OrderMail is an order in a mail.
type OrderMail struct {
	Frame        MailFrame
	Reference    string
	Name         string // of whoever ordered; empty: nobody knows
	Link         string
	Lines        []OrderMailLine
	Sums         []string // "Delivery: £3.50"
	Total        string
	VAT          []string // "VAT 20% in £12.00: £2.00"
	Delivery     string   // where and when
	Instructions string
	Refund       string // what goes back; empty: nothing
	Reason       string // why, in words of the shop
	Cancellation []string
	Invoice      string // its number
}

// OrderMailLine is a line with what is known of its allergens.
type OrderMailLine struct {
	Text     string // "2 × Rye loaf: £9.20"
	Contents []string
}

// MailOrderPaid confirms an order that is paid.
func MailOrderPaid(m OrderMail) Mail {
	mail := m.Frame.mail("Your order "+m.Reference+" at "+m.Frame.Site, "Thank you for your order")
	mail.say(m.greeting("it is paid, and we have it.") + " Its number is " + m.Reference + ".")
	m.how(&mail)
	mail.button("Look at your order", m.Link)
	m.what(&mail, "What you ordered")
	if m.Invoice != "" {
		mail.say("The invoice " + m.Invoice + " is on the order’s page, ready to be printed.")
	}
	m.rights(&mail)
	return mail
}

// MailOrderReady tells that an order can be collected, or is on its way.
func MailOrderReady(m OrderMail) Mail {
	mail := m.Frame.mail("Your order "+m.Reference+" is ready", "Your order is ready")
	mail.say(m.greeting("it is packed.") + " Say your name or " + m.Reference + ".")
	m.how(&mail)
	mail.button("Look at your order", m.Link)
	m.what(&mail, "What is in it")
	return mail
}

// MailOrderRefunded tells of money that goes back.
func MailOrderRefunded(m OrderMail) Mail {
	mail := m.Frame.mail("Money back for your order "+m.Reference, "Money is on its way back to you")
	mail.say(m.greeting(or(m.Refund, "some") + " of what you paid for order " + m.Reference + " goes back, the way you paid it. That can take some days to show."))
	m.why(&mail)
	mail.button("Look at your order", m.Link)
	return mail
}

// MailOrderCancelled tells that an order is cancelled.
func MailOrderCancelled(m OrderMail) Mail {
	mail := m.Frame.mail("Your order "+m.Reference+" is cancelled", "Your order is cancelled")
	mail.say(m.greeting("order " + m.Reference + " is cancelled."))
	m.why(&mail)
	if m.Refund != "" {
		mail.say(m.Refund + " goes back, the way you paid it. That can take some days to show.")
	} else {
		mail.say("Nothing was charged for it.")
	}
	mail.button("Look at your order", m.Link)
	return mail
}

// MailOrderLatePayment tells of money for an order that had ended by then, and goes back.
func MailOrderLatePayment(m OrderMail) Mail {
	mail := m.Frame.mail("Your payment for order "+m.Reference+" came too late", "Your payment came too late")
	mail.say(m.greeting("your payment for order " + m.Reference + " came after we had let go of what was in it, and not all of it is there any more."))
	mail.say(or(m.Refund, "All of it") + " goes back, the way you paid it. That can take some days to show. Nothing else was charged.")
	mail.button("Look at your order", m.Link)
	mail.aside("If you still want it, order again what there is. We are sorry.")
	return mail
}

// MailOrderChanged tells what has become of an order that was changed.
func MailOrderChanged(m OrderMail) Mail {
	mail := m.Frame.mail("Your order "+m.Reference+" was changed", "Your order was changed")
	mail.say(m.greeting("order " + m.Reference + " is now as it stands below."))
	m.why(&mail)
	if m.Refund != "" {
		mail.say(m.Refund + " goes back, the way you paid it. That can take some days to show.")
	}
	m.how(&mail)
	mail.button("Look at your order", m.Link)
	m.what(&mail, "What it is now")
	return mail
}

// greeting begins a mail: "Anna, it is paid."
func (m OrderMail) greeting(text string) string {
	if m.Name == "" {
		return upperFirst(text)
	}
	return m.Name + ", " + text
}

// how says where and when.
func (m OrderMail) how(mail *Mail) {
	if m.Delivery != "" {
		mail.parts = append(mail.parts, mailPart{text: "How you get it", head: true})
		mail.say(m.Delivery)
	}
	if m.Instructions != "" {
		mail.say(m.Instructions)
	}
}

// why gives the shop's reason, where there is one.
func (m OrderMail) why(mail *Mail) {
	if m.Reason != "" {
		mail.say("The shop says: “" + m.Reason + "”")
	}
}

// what lists the lines with their allergens, and what all of it comes to.
func (m OrderMail) what(mail *Mail, head string) {
	if len(m.Lines) == 0 {
		return
	}
	mail.parts = append(mail.parts, mailPart{text: head, head: true})
	for _, l := range m.Lines {
		mail.parts = append(mail.parts, mailPart{text: l.Text, notes: l.Contents})
	}
	for _, s := range m.Sums {
		mail.say(s)
	}
	if m.Total != "" {
		mail.parts = append(mail.parts, mailPart{text: "Total: " + m.Total, head: true})
	}
	for _, v := range m.VAT {
		mail.parts = append(mail.parts, mailPart{text: v, small: true})
	}
}

// rights repeats the right to cancel (Consumer Contracts Regulations 2013, regulation 16).
func (m OrderMail) rights(mail *Mail) {
	if len(m.Cancellation) == 0 {
		return
	}
	mail.parts = append(mail.parts, mailPart{text: "How you can cancel", head: true})
	for _, p := range m.Cancellation {
		mail.parts = append(mail.parts, mailPart{text: p, small: true})
	}
}
