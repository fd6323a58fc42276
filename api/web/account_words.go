// What the pages of an account say of what was done, and of what was not.

package web

// accountDone are what pages say after something was done, by the word in the address.
var accountDone = map[string]string{
	"saved": "Saved.", "link": "We have sent a link to confirm it. It is good for a day.", "primary": "That is your main address now.",
	"removed": "Removed.", "renamed": "Renamed.", "deleted": "Deleted.", "ended": "That browser is signed out.", "others": "You are signed out everywhere else.",
	"disconnected": "The app is disconnected.", "revoked": "Revoked: it is refused from now on.", "asked": "Your copy is being made. We tell you by mail when it is ready.",
	"planned": "The deletion is planned. You can take it back until then.", "kept": "Your account stays.", "invited": "The invitation is on its way.",
	"uninvited": "The invitation was taken back: its link no longer works.", "roles": "The roles are set.",
	"suspended": "Suspended: their sessions, tokens and apps have ended.", "restored": "The account is active again.", "signedout": "All their sessions have ended.",
	"followed": "You follow it: its dates are in your own calendar.", "unfollowed": "You follow it no more. Dates of it that you keep stay.",
	"noted": "You keep it: it is in your own calendar.", "unnoted": "You keep it no more.",
	"recovery": "The link is on its way, and all their sessions have ended.",
}

// refusalTexts are what pages say of refusals that people meet, by their codes.
var refusalTexts = map[string]string{
	"address_yours":        "That address is yours already.",
	"address_taken":        "That address belongs to another account.",
	"too_many_addresses":   "You have as many addresses as there can be. Remove one first.",
	"last_address":         "This is the only address that can let you in. Add another one first.",
	"primary_address":      "That is your main address. Make another one the main one first.",
	"not_verified":         "That address has to be confirmed first.",
	"last_owner":           "Nobody would own the site any more. Make somebody else an owner first.",
	"owners_only":          "Only an owner can change what owners are.",
	"own_account":          "You cannot suspend yourself.",
	"too_many_passkeys":    "You have as many passkeys as there can be. Remove one first.",
	"account_suspended":    "The account is suspended. Make it active again first.",
	"invitation_used":      "Somebody has accepted that invitation already.",
	"too_many_requests":    "That was asked too often. Try again later.",
	"too_many_exports":     "There have been enough copies for a day. Try again tomorrow.",
	"export_not_ready":     "The copy is still being made.",
	"export_expired":       "That copy is gone again. Ask for a new one.",
	"too_many_tokens":      "You have as many tokens as there can be. Revoke one first.",
	"scope_not_permitted":  "It may do no more than you may.",
	"client_is_configured": "That app comes from the configuration of this site, and is changed there.",
	"session_required":     "That can only be done by somebody who has signed in on these pages.",
	"illegal_transition":   "Somebody has brought it into another state meanwhile. Here is how it is now.",
	"not_organiser":        "Only the organisers of its calendar can do that.",
	"proposals_closed":     "This calendar takes no proposals.",
	"too_many_proposals":   "Ten of your proposals wait for an answer. Wait for one, or take one back.",
	"not_deletable":        "It was public, or somebody has saved one of its dates: cancel it instead.",
	"calendar_archived":    "That calendar is archived and takes no new entries.",
	"in_use":               "Entries happen there, drafts perhaps. Give them another venue first.",
	"too_many_feeds":       "You have as many secret addresses as there can be. Revoke one first.",
	"too_many_saved":       "You keep as many dates as there can be. Take one away first.",
}
