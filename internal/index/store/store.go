// Package store keeps what the crawl has seen, read and checked, in one SQLite
// database. It is the only package that knows SQL.
//
// A recipe's state is replaced whole, in one transaction, or not at all: a
// reader sees the last good state, however a crawl ends. Former targets of tags
// are never forgotten.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Store is an open database. It is safe for concurrent use, also by several processes.
type Store struct {
	db   *sql.DB
	path string
	// SQLite has one writer at a time. Waiting here is fair and wakes at once;
	// SQLite's own busy handler polls, and is left for other processes.
	writing sync.Mutex
}

// Open opens the database at path, makes it if it is missing, and brings its
// schema up to date. The error for a damaged file, a foreign one or one of a
// newer program says what to do.
func Open(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, explain(path, err)
	}
	s := &Store{db: db, path: path}
	if err := patiently(ctx, s.prepare); err != nil {
		_ = db.Close() // the first error is the one to tell
		return nil, explain(path, err)
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error { return explain(s.path, s.db.Close()) }

// lockWait is how long another process may keep the database locked.
const lockWait = 10 * time.Second

// patiently does what SQLite may refuse at once as busy: the change to its write-ahead log
// wants all locks, and waits for none where two that open a new database would wait
// for each other (sqlite.org/c3ref/busy_handler.html).
func patiently(ctx context.Context, do func(context.Context) error) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(lockWait); ; {
		err := do(ctx)
		if !isBusy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}

func dsn(path string) string {
	query := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds()), "synchronous(NORMAL)", "foreign_keys(1)", "trusted_schema(0)",
		},
		"_txlock": {"immediate"}, // a write that starts as a read could not wait for its turn
	}
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	return file.String()
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.check(ctx); err != nil {
		return err
	}
	return s.migrate(ctx)
}

// check reads every page once, so that damage is told at the start and not in
// the middle of a crawl.
func (s *Store) check(ctx context.Context) error {
	var verdict string
	if err := s.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return damage(verdict)
	}
	return nil
}

// write runs do in a transaction of its own.
func (s *Store) write(ctx context.Context, do func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return explain(s.path, inTx(ctx, s.db, &sql.TxOptions{}, do))
}

// read runs do on one snapshot of the database.
func (s *Store) read(ctx context.Context, do func(*sql.Tx) error) error {
	return explain(s.path, inTx(ctx, s.db, &sql.TxOptions{ReadOnly: true}, do))
}

func inTx(ctx context.Context, db *sql.DB, opts *sql.TxOptions, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit; covers panics
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
