// This file talks to the private cluster: is it there, and has it our database.

package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATE codes of PostgreSQL's appendix A.
const (
	codeNoDatabase    = "3D000"
	codeDuplicate     = "42P04"
	codeCannotConnect = "57P03"
	codeShutdown      = "57P01"
)

// ping opens and closes one session.
func ping(ctx context.Context, socket, database string) error {
	conn, err := connect(ctx, socket, database)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func connect(ctx context.Context, socket, database string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return pgx.Connect(ctx, socketURL(socket, database))
}

func createDatabase(ctx context.Context, socket string) error {
	conn, err := connect(ctx, socket, "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+clusterName)
	if isCode(err, codeDuplicate) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	return nil
}

func isCode(err error, code string) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == code
}

// isStarting reports whether a server is about to be there, or about to be
// gone: nothing listens yet, or it answers that it starts or shuts down.
func isStarting(err error) bool {
	if isCode(err, codeCannotConnect) || isCode(err, codeShutdown) {
		return true
	}
	return slices.ContainsFunc([]error{
		syscall.ENOENT, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF,
	}, func(passing error) bool { return errors.Is(err, passing) })
}
