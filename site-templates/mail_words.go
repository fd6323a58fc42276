// The words of every kind of mail.

package site

// MailSignIn has a link and a code to sign in with.
func MailSignIn(m SignInMail) Mail {
	mail := m.Frame.mail("Sign in to "+m.Frame.Site, "Sign in to "+m.Frame.Site)
	if m.New {
		mail.say("Welcome! Nobody has an account with this address yet. Signing in makes one.")
	} else {
		mail.say("Hello again. This is the link that you asked for.")
	}
	mail.button("Sign in", m.Link)
	if m.Code != "" {
		mail.parts = append(mail.parts, mailPart{text: "Or type this code where you asked for it:", choice: true}, mailPart{text: m.Code, code: true})
	}
	mail.say("They work once, for " + m.Lasts + ".")
	if m.From != "" {
		mail.aside("Asked from " + m.From + ". If that wasn’t you, ignore this mail: nobody gets in without it. Do not pass the code on, whoever asks for it.")
	} else {
		mail.aside("If you did not ask for this, ignore it: nobody gets in without it. Do not pass the code on, whoever asks for it.")
	}
	return mail
}

// MailSignInClosed tells somebody without an account that one needs an invitation.
func MailSignInClosed(m SignInMail) Mail {
	mail := m.Frame.mail("Signing in to "+m.Frame.Site, "There is no account with this address")
	mail.say("Somebody, you we hope, wanted to sign in to " + m.Frame.Site + " with this address. Nobody has an account with it here.")
	mail.say("If you have one with another address, use that. If you have none, ask somebody at " + m.Frame.Site + " for an invitation: accounts are by invitation only.")
	if m.From != "" {
		mail.aside("Asked from " + m.From + ". If that wasn’t you, ignore this mail.")
	}
	return mail
}

// MailInvitation invites somebody.
func MailInvitation(m InvitationMail) Mail {
	subject := "You are invited to " + m.Frame.Site
	if m.By != "" {
		subject = m.By + " invites you to " + m.Frame.Site
	}
	mail := m.Frame.mail(subject, subject)
	if len(m.Roles) > 0 {
		mail.say("There is a place for you at " + m.Frame.Site + ", as " + listed(m.Roles) + ".")
	} else {
		mail.say("There is a place for you at " + m.Frame.Site + ".")
	}
	mail.say("The invitation makes an account with this address, or adds to the one that you have.")
	mail.button("Accept the invitation", m.Link)
	mail.until("It works once, until ", m.Until)
	mail.aside("If you do not know what this is about, ignore it: nothing happens then.")
	return mail
}

// MailWelcome greets somebody whose account was made just now.
func MailWelcome(m LinkMail) Mail {
	mail := m.Frame.mail("Welcome to "+m.Frame.Site, "Welcome to "+m.Frame.Site)
	mail.say("Your account is ready. There is no password to remember: you sign in with a link that we send you, or with a passkey, which you can add in your account.")
	mail.button("To your account", m.Link)
	return mail
}

// MailNewDevice tells of a browser that somebody has signed in with for the first time.
func MailNewDevice(m DeviceMail) Mail {
	mail := m.Frame.mail("A new sign-in to your account at "+m.Frame.Site, "Was this you?")
	mail.say("Somebody has signed in to your account with a browser that we have not seen before.")
	mail.say(m.At + ", " + m.From)
	mail.say("If that was you, there is nothing to do. If not, end that session, and make sure that nobody else reads your mail.")
	mail.button("Look at your sessions", m.Link)
	return mail
}

// MailEmailConfirm asks the holder of a new address whether it is theirs.
func MailEmailConfirm(m LinkMail) Mail {
	mail := m.Frame.mail("Confirm your e-mail address", "Is this your address?")
	mail.say("This address is to be used with an account at " + m.Frame.Site + ". If it is yours and you want that, confirm it.")
	mail.button("Confirm this address", m.Link)
	mail.until("The link works until ", m.Until)
	mail.aside("If you did not ask for this, ignore it: nothing happens then.")
	return mail
}

// MailEmailChange asks the holder of the old address whether it is to be given up.
func MailEmailChange(m LinkMail) Mail {
	mail := m.Frame.mail("Your e-mail address at "+m.Frame.Site+" is to be changed", "A new address for your account?")
	mail.say("Somebody who is signed in to your account wants to use " + or(m.Address, "another address") + " instead of this one. It changes only when both addresses have confirmed it.")
	mail.button("Look at the change", m.Link)
	mail.until("The link works until ", m.Until)
	mail.aside("If it was not you, do not confirm it. Sign in, and end all other sessions: somebody else is in your account.")
	return mail
}

// MailEmailChanged tells the old address that it was given up, and how to take that back.
func MailEmailChanged(m LinkMail) Mail {
	mail := m.Frame.mail("Your e-mail address at "+m.Frame.Site+" was changed", "Your address was changed")
	mail.say("Your account now has the address " + or(m.Address, "that you have confirmed") + ". Links to sign in go there from now on.")
	mail.say("If this was not your doing, take it back. That ends every session of the account too.")
	mail.button("Take the change back", m.Link)
	mail.until("That can be done until ", m.Until)
	return mail
}

// MailRecovery leads somebody back who has lost their address.
func MailRecovery(m LinkMail) Mail {
	mail := m.Frame.mail("Get back into your account at "+m.Frame.Site, "Get back into your account")
	mail.say("This link lets you into your account again, so that you can set another address.")
	mail.button("Get back in", m.Link)
	mail.until("It works once, until ", m.Until)
	mail.aside("If you did not ask for this, ignore it, and sign in once to look at your sessions.")
	return mail
}

// MailExportReady tells that somebody's data can be downloaded.
func MailExportReady(m LinkMail) Mail {
	mail := m.Frame.mail("Your data from "+m.Frame.Site+" is ready", "Your data is ready")
	mail.say("All that " + m.Frame.Site + " has stored of you is in one file, ready to be downloaded from your account.")
	mail.button("To your account", m.Link)
	mail.until("The file is there until ", m.Until)
	mail.aside("You may have to sign in again first. If you did not ask for this, look at your sessions: somebody else may be in your account.")
	return mail
}

// MailDeletionPlanned tells when an account will be deleted, and how to keep it.
func MailDeletionPlanned(m LinkMail) Mail {
	mail := m.Frame.mail("Your account at "+m.Frame.Site+" will be deleted", "Your account will be deleted")
	if m.Until != "" {
		mail.say("You have asked us to delete your account. That will be on " + m.Until + ". Until then nothing is gone.")
	} else {
		mail.say("You have asked us to delete your account. Nothing is gone yet.")
	}
	mail.say("Should you change your mind, sign in and keep it.")
	mail.button("Keep your account", m.Link)
	mail.aside("If it was not you who asked, keep the account, and end all other sessions.")
	return mail
}

// MailDeletionDone tells that an account is gone.
func MailDeletionDone(m LinkMail) Mail {
	mail := m.Frame.mail("Your account at "+m.Frame.Site+" has been deleted", "Goodbye")
	mail.say("Your account has been deleted, and with it what we knew of you. What the law tells us to keep, such as invoices, no longer has your name.")
	mail.say("Thank you for having been with us. You are always welcome back.")
	return mail
}
