// Package mail queues messages in the transaction that they are about, and sends them.
package mail
