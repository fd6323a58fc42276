package site

// accountPage is what stands around a sample of the pages of an account.
func accountPage(section, title string) AccountPage {
	f := sampleFrame("account", "/account/", title)
	f.Account, f.Assets.JS = "Ada Baker", ""
	f.Assets.AccountCSS, f.Assets.AccountCSSIntegrity = "/_assets/account-0123456789.css", "sha384-account"
	f.Assets.PasskeyJS, f.Assets.PasskeyJSIntegrity = "/_assets/passkey-0123456789.js", "sha384-passkey"
	f.Head.NoIndex = true
	p := AccountPage{Frame: f, Section: section, Title: title, Lede: "What this is about.", Own: []AccountSection{
		{Text: "Overview", URL: "/account/"}, {Name: "email", Text: "E-mail addresses", About: "Where links go", URL: "/account/email/"},
		{Name: "passkeys", Text: "Passkeys", About: "Sign in by fingerprint", URL: "/account/passkeys/"},
	}}
	if section != "" {
		p.Trail = []Link{{Text: "Account", URL: "/account/"}}
	}
	return p
}

func accountSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	when := Date{ISO: "2026-11-26T09:00:00Z", Text: "26 Nov 2026, 09:00"}
	wrong := accountPage("email", "E-mail addresses")
	wrong.Message, wrong.FreshURL = &Message{Kind: "fault", Text: "Nothing was changed.", Items: []Link{{Text: "Address: is taken", URL: "#f-address"}}}, "/login/?fresh=1&return_to=%2Faccount%2Femail%2F"
	admin := accountPage("people", "Ada Baker")
	admin.Below, admin.Others = true, []AccountSection{{Name: "people", Text: "People", About: "Accounts and roles", URL: "/account/admin/people/"}}
	admin.Trail = append(admin.Trail, Link{Text: "People", URL: "/account/admin/people/"})
	home := accountPage("", "Account")
	home.Others = admin.Others
	roles := []Choice{{Value: "owner", Text: "Owner: everything"}, {Value: "editor", Text: "Editor: all posts"}}
	things := []AccountThing{
		{Link: Link{Text: "ada@example.org"}, States: []State{{Text: "main", Kind: "good"}}},
		{Link: Link{Text: evil, URL: "/account/admin/people/1/"}, Code: "client_1", Notes: []string{"From 192.0.2.7", evil}, About: &Link{Text: "Bo", URL: "/account/admin/people/2/"},
			States: []State{{Text: "not confirmed", Kind: "bad"}, {Text: "odd"}}, When: []Moment{{"Added", when}, {"", when}},
			Edit: &AccountEdit{Summary: "Rename", Form: Form{Values: map[string]string{"name": evil}, Errors: map[string]string{"name": "is too long"}},
				Input:  Input{Name: "name", ID: "pk_1", Label: "Name", Required: true, Max: 80},
				Action: AccountAction{Text: "Save", About: "Phone", URL: "/account/passkeys/pk_1/"}},
			Do: []AccountAction{{Text: "Make it the main one", About: "b@example.org", URL: "/account/email/primary/", Fields: [][2]string{{"id", evil}}}, {Text: "Remove", URL: "/account/email/remove/", Danger: true}}},
	}
	secret := &AccountSecret{Name: "Backup", Value: "roseash_pat_0", Text: "Copy it now."}
	form := Form{Values: map[string]string{"address": evil, "kind": "replace", "scopes.blog:draft": "yes"}, Errors: map[string]string{"address": "is taken", "scopes": "expected one"}}
	scopes := []Choice{{Value: "blog:draft", Text: "Write drafts"}, {Value: "media:write", Text: "Upload pictures"}}
	return []sample{
		{"account-home", AccountHome(AccountHomePage{Account: home, Name: "Ada Baker", Address: "ada@example.org", Roles: []string{"Editor"}, Since: when,
			Attention: []AccountNote{{Text: "You have no passkey yet.", Link: Link{Text: "Add a passkey", URL: "/account/passkeys/"}}}, SignOut: AccountAction{Text: "Sign out", URL: "/login/out/"}})},
		{"account-profile", AccountProfile(AccountFormPage{Account: accountPage("profile", "Profile"), Action: "/account/profile/", ETag: `"v1"`, Form: Form{Values: map[string]string{"display_name": evil}}})},
		{"account-email", AccountEmail(AccountEmailPage{Account: wrong, Addresses: things, Changes: things[:1], Form: form, Kinds: []Choice{{Value: "add", Text: "One more"}, {Value: "replace", Text: "The main one"}}})},
		{"account-passkeys", AccountPasskeys(AccountPasskeysPage{Account: accountPage("passkeys", "Passkeys"), Name: "Firefox on Linux"})},
		{"account-list", AccountList(AccountListPage{Account: admin, New: &Link{Text: "Register an app", URL: "/account/admin/clients/new/"}, Things: things, NextURL: "/account/admin/people/?cursor=x",
			Do: []AccountAction{{Text: "Sign out everywhere else", URL: "/account/sessions/end/"}}, Search: &AccountSearch{URL: "/account/admin/people/",
				Words: &Input{Name: "q", Label: "Name or address", Type: "search"}, Name: "role", Label: "Role", Values: roles, Form: Form{Values: map[string]string{"q": evil, "role": "editor"}}}})},
		{"account-tokens", AccountTokens(AccountTokensPage{Account: accountPage("tokens", "Access tokens"), Tokens: things[:1], Form: form, Scopes: scopes, Lasts: []Choice{{Value: "90", Text: "90 days"}}, Made: secret})},
		{"account-data", AccountData(AccountDataPage{Account: accountPage("data", "Your data"), CanExport: true, Exports: things[:1]})},
		{"account-leaving", AccountData(AccountDataPage{Account: accountPage("data", "Your data"), Due: &when})},
		{"account-client-new", AccountClient(AccountClientPage{Account: admin, URL: "/account/admin/clients/new/", Key: "K", Form: form, Kinds: roles, Methods: roles, Grants: roles, Scopes: scopes})},
		{"account-client", AccountClient(AccountClientPage{Account: admin, ID: "client_1", URL: "/account/admin/clients/client_1/", ETag: `"v1"`, Kind: "Somebody else’s", Secret: true, Made: secret, Form: form, Grants: roles, Scopes: scopes})},
		{"account-client-service", AccountClient(AccountClientPage{Account: admin, ID: "client_2", URL: "/account/admin/clients/client_2/", Service: true, Disabled: true, Scopes: scopes})},
		{"account-client-configured", AccountClient(AccountClientPage{Account: admin, ID: "app_market", Configured: true})},
		{"account-person", AccountPerson(AccountPersonPage{Account: admin, ID: "user_1", URL: "/account/admin/people/user_1/", ETag: `"v1"`, Address: "ada@example.org", Since: when, Roles: roles,
			AuditURL: "/account/admin/audit/?user=user_1", CanChange: true, Form: Form{Values: map[string]string{"roles.editor": "yes", "organiser_of": "cal_1"}, Errors: map[string]string{"email": "is taken"}}})},
		{"account-person-suspended", AccountPerson(AccountPersonPage{Account: admin, ID: "user_1", Since: when, Roles: roles, Suspended: true, CanChange: true, States: []State{{Text: "suspended", Kind: "bad"}}})},
		{"account-person-read", AccountPerson(AccountPersonPage{Account: admin, ID: "user_1", Since: when})},
		{"account-invitations", AccountInvitations(AccountInvitationsPage{Account: admin, URL: "/account/admin/invitations/", Roles: roles, CanChange: true, Invitations: things, NextURL: "/account/admin/invitations/?cursor=x"})},
	}
}
