// Package db is the way to PostgreSQL: a pool with deadlines, transactions, the
// migrations and, where no DATABASE_URL is given, a private cluster.
//
//   - Open makes a Pool. Every statement, every wait for a connection and every
//     idle transaction has a deadline, so that a database that stops answering
//     cannot hold a request for ever.
//   - InTx is the only way a transaction is begun. The callback gets the pgx.Tx
//     itself; an error or a panic in it leaves no row.
//   - Migrate brings the schema up to date under an advisory lock, from the files
//     embedded in the binary. Pending says what is left to do.
//   - StartCluster runs a PostgreSQL of our own under the data directory.
//
// One schema a domain; no foreign key crosses schemas. Times come back in UTC.
package db
