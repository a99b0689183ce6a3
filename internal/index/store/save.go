package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Save replaces the state of one recipe. Readings that are kept already may be
// left out; those that no tag refers to any more are dropped.
func (s *Store) Save(ctx context.Context, state State) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, step := range []func(context.Context, *sql.Tx, State) error{
			saveRecipe, saveReadings, saveTags, dropReadings,
		} {
			if err := step(ctx, tx, state); err != nil {
				return err
			}
		}
		return nil
	})
	return named("save", state.Name, err)
}

func saveRecipe(ctx context.Context, tx *sql.Tx, s State) error {
	doc := s.Doc
	doc.Versions = nil
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO recipe
		(name, source, location, fingerprint, listed, default_branch, head_commit, checked_at, valid_until, failure, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)
		ON CONFLICT (name) DO UPDATE SET source = excluded.source, location = excluded.location,
		fingerprint = excluded.fingerprint, listed = excluded.listed, default_branch = excluded.default_branch,
		head_commit = excluded.head_commit, checked_at = excluded.checked_at, valid_until = excluded.valid_until,
		failure = excluded.failure, doc = excluded.doc`,
		s.Name, s.Source, s.Location, s.Fingerprint, s.Listed, s.DefaultBranch, s.HeadCommit,
		s.CheckedAt.Unix(), s.ValidUntil.Unix(), string(text))
	return err
}

func saveReadings(ctx context.Context, tx *sql.Tx, s State) error {
	for key, reading := range s.Readings {
		text, err := json.Marshal(reading)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO reading (recipe, key, doc) VALUES (?, ?, ?)`,
			s.Name, key, string(text))
		if err != nil {
			return err
		}
	}
	return nil
}

func saveTags(ctx context.Context, tx *sql.Tx, s State) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM version WHERE recipe = ?`, s.Name); err != nil {
		return err
	}
	for i, t := range s.Tags {
		if err := saveTag(ctx, tx, s, i, t); err != nil {
			return fmt.Errorf("tag %s: %w", t.Name, err)
		}
	}
	return nil
}

func saveTag(ctx context.Context, tx *sql.Tx, s State, position int, t Tag) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO version
		(recipe, tag, position, tag_object, commit_id, tree, annotated, legacy, tagged_at, notes, reading)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Name, t.Name, position, t.Object, t.Commit, t.Tree, t.Annotated, t.Legacy, t.Date.Unix(), t.Notes, t.Reading)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR IGNORE INTO sighting (recipe, tag, commit_id, seen_at) VALUES (?, ?, ?, ?)`,
		s.Name, t.Name, t.Commit, s.CheckedAt.Unix())
	return err
}

func dropReadings(ctx context.Context, tx *sql.Tx, s State) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM reading WHERE recipe = ?1
		AND key NOT IN (SELECT reading FROM version WHERE recipe = ?1)`, s.Name)
	return err
}

// Confirm records that a check found the recipe's state unchanged.
func (s *Store) Confirm(ctx context.Context, name, source string, checkedAt, validUntil time.Time) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE recipe SET source = ?, checked_at = ?, valid_until = ?, failure = '[]'
			WHERE name = ?`, source, checkedAt.Unix(), validUntil.Unix(), name)
		return err
	})
	return named("confirm", name, err)
}

// Fail records why a check failed. What was read before stays; a recipe that was
// never read gets doc.
func (s *Store) Fail(ctx context.Context, r Recipe, doc catalogue.Recipe) error {
	failure, err := json.Marshal(r.Failure)
	if err != nil {
		return named("record the failure of", r.Name, err)
	}
	doc.Versions = nil
	text, err := json.Marshal(doc)
	if err != nil {
		return named("record the failure of", r.Name, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO recipe
			(name, source, location, fingerprint, listed, default_branch, head_commit, checked_at, valid_until, failure, doc)
			VALUES (?, ?, ?, '', 1, '', '', ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET source = excluded.source, failure = excluded.failure`,
			r.Name, r.Source, r.Location, time.Time{}.Unix(), time.Time{}.Unix(), string(failure), string(text))
		return err
	})
	return named("record the failure of", r.Name, err)
}

// FailSource records, for every recipe of a source, why the source could not be listed.
func (s *Store) FailSource(ctx context.Context, source string, failure []catalogue.Problem) error {
	text, err := json.Marshal(failure)
	if err != nil {
		return named("record the failure of source", source, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE recipe SET failure = ? WHERE source = ?`, string(text), source)
		return err
	})
	return named("record the failure of source", source, err)
}

// Remove forgets a recipe, but not where its tags pointed.
func (s *Store) Remove(ctx context.Context, name string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM recipe WHERE name = ?`, name)
		return err
	})
	return named("remove", name, err)
}

func named(verb, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", verb, name, err)
}
