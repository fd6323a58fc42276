// Package mail queues messages in the transaction that they are about, and sends them.
//
// A message is stored with its data sealed, because links in it let somebody in: whoever
// has the database alone cannot read them. A job in the same transaction has it sent as soon
// as that commits. What was sent, given up or has expired is erased but for its kind, its
// recipient and what became of it; those are kept for Retention.
//
// # Once, as far as that can be
//
// A mail is sent under a lock of its own, which the server frees when the process dies, so
// that two workers never send it at once. A server that takes a mail and dies before it says
// so gets it again, with the same Message-ID, by which mail programs show it once.
//
// # Faults
//
// What the mail server refuses for good (5xx, RFC 5321 section 4.2.1) is given up. Everything
// else is tried again after growing pauses, until the message is of no use or a day old.
// Neither the log nor the table ever has what a server said, because that may repeat the
// address; only its codes.
//
// # Without a mail server
//
// In development messages are not sent but kept, sealed, and can be read in the browser.
package mail
