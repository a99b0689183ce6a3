package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrDamaged says that the file is no readable SQLite database.
var ErrDamaged = errors.New("the database is damaged")

// ErrForeign says that the file is a SQLite database of another program.
var ErrForeign = errors.New("this SQLite database is not a catalogue's")

// ErrNewer says that the database was written by a newer version of this program.
var ErrNewer = errors.New("the database was written by a newer version of this program")

func damage(what string) error { return fmt.Errorf("%w: %s", ErrDamaged, what) }

// explain names the file and what to do about err.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	var cause *sqlite.Error
	if errors.As(err, &cause) && isDamage(cause.Code()) {
		err = damage(cause.Error())
	}
	if hint := hint(path, err, cause); hint != "" {
		return fmt.Errorf("%s: %w; %s", path, err, hint)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// isDamage looks at the primary code, the low byte of an extended one.
func isDamage(code int) bool {
	primary := code & 0xff
	return primary == sqlite3.SQLITE_NOTADB || primary == sqlite3.SQLITE_CORRUPT
}

func isBusy(err error) bool {
	var cause *sqlite.Error
	return errors.As(err, &cause) && cause.Code()&0xff == sqlite3.SQLITE_BUSY
}

func hint(path string, err error, cause *sqlite.Error) string {
	switch {
	case errors.Is(err, ErrDamaged):
		return fmt.Sprintf("move it (and %[1]s-wal and %[1]s-shm) away and crawl again: "+
			"recipes and versions are read anew from their repos, only the record of moved tags starts afresh; "+
			"to save that too, put a backup back or try `sqlite3 %[1]s .recover`", path)
	case errors.Is(err, ErrForeign):
		return "choose another data folder"
	case errors.Is(err, ErrNewer):
		return "run that version, or choose another data folder"
	case cause == nil:
		return ""
	}
	return codeHint(cause.Code())
}

func codeHint(code int) string {
	switch code & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return "the file and its folder must exist and be writable for this user"
	case sqlite3.SQLITE_FULL:
		return "the disk is full"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another process has kept it locked for more than 10 seconds; try again when that one is done"
	}
	return ""
}
