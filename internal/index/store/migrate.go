package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

// Migrations are numbered from 1, without gaps. One that was released is never
// changed: add the next.
//
//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as ours ("Coop"), in the place of the header
// that SQLite keeps for that.
const applicationID = 0x436f6f70

// migrate applies what is missing, each migration in a transaction of its own.
// The schema's number is in the file's header, so it moves with the transaction.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	look := func(tx *sql.Tx) error { return known(ctx, tx, len(files)) }
	if err := inTx(ctx, s.db, &sql.TxOptions{ReadOnly: true}, look); err != nil {
		return err
	}
	// Written only now, so that another program's database stays as it is.
	if _, err := s.db.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	for i, file := range files {
		step := func(tx *sql.Tx) error { return apply(ctx, tx, i+1, file) }
		if err := inTx(ctx, s.db, &sql.TxOptions{}, step); err != nil {
			return fmt.Errorf("migration %s: %w", file, err)
		}
	}
	return nil
}

// known refuses a database that this program must not write to.
func known(ctx context.Context, tx *sql.Tx, newest int) error {
	var version, id, tables int
	row := tx.QueryRowContext(ctx, `SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`)
	if err := row.Scan(&version, &id, &tables); err != nil {
		return err
	}
	if id != applicationID && (tables > 0 || version > 0 || id != 0) {
		return ErrForeign
	}
	if version > newest {
		return fmt.Errorf("%w (schema %d; this one knows schemas up to %d)", ErrNewer, version, newest)
	}
	return nil
}

// apply looks at the number again under the write lock: another process may
// have been faster.
func apply(ctx context.Context, tx *sql.Tx, number int, file string) error {
	var have int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil || have >= number {
		return err
	}
	script, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d; PRAGMA application_id = %d`, number, applicationID))
	return err
}
