package site

import (
	"strings"
	"testing"
)

// loginPage is what stands around a sample of the pages for signing in.
func loginPage(title, lede string) LoginPage {
	f := sampleFrame("login", "/login/", title)
	f.Assets.LoginCSS, f.Assets.LoginCSSIntegrity = "/_assets/login-0123456789.css", "sha384-login"
	f.Assets.PasskeyJS, f.Assets.PasskeyJSIntegrity, f.Assets.JS = "/_assets/passkey-0123456789.js", "sha384-passkey", ""
	f.Head = Head{Title: title + " – Rose Ash", NoIndex: true}
	return LoginPage{Frame: f, Title: title, Lede: lede}
}

func loginSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	first := loginPage("Sign in", "No password: we send you a link and a code.")
	first.Script = true
	wrong := loginPage("Is it still you?", "What comes next matters.")
	wrong.Fault = evil
	refused := loginPage("We do not know this program", "")
	refused.Code = 400
	scopes := []ConsentScope{{Name: "openid", About: "Know who you are"}, {Name: "blog:write", About: evil, New: true}}
	return []sample{
		{"login", SignIn(SignInPage{Login: first, Action: "/login/", ReturnTo: "/account/", OptionsURL: "/login/passkey/options", PasskeyURL: "/login/passkey"})},
		{"login-wrong", SignIn(SignInPage{Login: wrong, Action: "/login/", Address: evil, Fault: "This is no e-mail address.", ReturnTo: evil, Fresh: true})},
		{"login-closed", SignIn(SignInPage{Login: first, Action: "/login/", Closed: true})},
		{"login-code", SignInCode(SignInCodePage{Login: loginPage("We have sent you a mail", "Open the link in it."), Action: "/login/check/", AgainURL: "/login/", MailURL: "/_dev/mail"})},
		{"login-code-wrong", SignInCode(SignInCodePage{Login: loginPage("We have sent you a mail", ""), Action: "/login/check/", AgainURL: "javascript:x()", Fault: "This is not the code."})},
		{"login-code-closed", SignInCode(SignInCodePage{Login: loginPage("We have sent you a mail", ""), OnlyLink: true, AgainURL: "/login/"})},
		{"login-link", SignInLink(SignInLinkPage{Login: loginPage("Sign in here?", ""), Action: "/login/link/t/", Address: evil, AskedFrom: evil, New: true})},
		{"login-link-same", SignInLink(SignInLinkPage{Login: loginPage("Sign in here?", ""), Action: "/login/link/t/", Address: "ada@example.org", SameBrowser: true})},
		{"login-welcome", Welcome(WelcomePage{Login: loginPage("Welcome to Rose Ash", ""), Action: "/login/welcome/t/", Invited: evil, Roles: []string{"editor", "shopkeeper"}})},
		{"login-welcome-wrong", Welcome(WelcomePage{Login: loginPage("Welcome to Rose Ash", ""), Name: evil, NameFault: "It is too long.", Address: evil, AddressFault: "This is no e-mail address."})},
		{"login-email", LoginAsk(LoginButton{Login: loginPage("Change your address?", ""), Texts: []string{evil}, Facts: []Fact{{Name: "From", Value: evil}},
			Action: "/login/email/t/", Fields: [][2]string{{"state", evil}}, Button: "Change it", Else: Link{Text: "Stay", URL: "javascript:x()"}})},
		{"login-out", LoginSaid(LoginNotice{Login: refused, Texts: []string{evil}, Links: []Link{{Text: evil, URL: "javascript:x()"}, {Text: "Sign in again", URL: "/login/"}}})},
		{"consent", Consent(ConsentPage{Login: loginPage("May "+evil+" act for you?", ""), Action: "/oauth/authorize", Fields: [][2]string{{"state", evil}, {"scope", "openid"}}, Client: evil,
			ClientURL: "javascript:x()", Host: evil, Scopes: scopes, User: evil, SwitchURL: "javascript:x()"})},
		{"consent-bare", Consent(ConsentPage{Login: loginPage("May Till act for you?", ""), Action: "/oauth/authorize", Client: "Till", User: "Ada"})},
		{"device", Device(DevicePage{Login: loginPage("Let a device in", ""), Action: "/login/device/", Code: evil, Fault: "No device waits with this code."})},
		{"device-asked", Device(DevicePage{Login: loginPage("Let this device in?", ""), Action: "/login/device/", Code: "BCDF-GHJK", Asked: true, Client: evil, AskedFrom: evil, Scopes: scopes})},
	}
}

func loginZeroViews() []sample {
	return []sample{
		{"login", SignIn(SignInPage{})}, {"login-code", SignInCode(SignInCodePage{})}, {"login-link", SignInLink(SignInLinkPage{})},
		{"login-welcome", Welcome(WelcomePage{})}, {"login-ask", LoginAsk(LoginButton{})}, {"login-said", LoginSaid(LoginNotice{})},
		{"consent", Consent(ConsentPage{})}, {"device", Device(DevicePage{})}, {"device-asked", Device(DevicePage{Asked: true})},
	}
}

// TestLoginEscaping: what others chose, such as the name of a program, is text.
func TestLoginEscaping(t *testing.T) {
	for _, s := range loginSamples() {
		if page := render(t, s); strings.Contains(page, "<script>") || strings.Contains(page, `"javascript:`) {
			t.Errorf("%s lets markup or a script's address through", s.name)
		}
	}
}
