// Package identity knows who people are: their accounts, addresses and roles, how they sign
// in without a password, their sessions, and what was done with all of that. The
// authorization server, by which programs act for people, is in its folder oauth.
package identity
