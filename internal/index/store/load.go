package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Recipes lists what is known about every repo, by name.
func (s *Store) Recipes(ctx context.Context) (map[string]Recipe, error) {
	known := map[string]Recipe{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, `SELECT `+recipeColumns+` FROM recipe`, func(scan scan) error {
			var r Recipe
			if err := scanRecipe(scan, &r); err != nil {
				return err
			}
			known[r.Name] = r
			return nil
		})
	})
	return known, err
}

// Kept tells what is there of a recipe; nothing, where it is not known.
func (s *Store) Kept(ctx context.Context, recipe string) (Kept, error) {
	kept := Kept{Readings: map[string]bool{}, Commits: map[string]string{}}
	err := s.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, `SELECT tag, commit_id, reading FROM version WHERE recipe = ?`, func(scan scan) error {
			var tag, commit, reading string
			if err := scan(&tag, &commit, &reading); err != nil {
				return err
			}
			kept.Commits[tag], kept.Readings[reading] = commit, true
			return nil
		}, recipe)
	})
	return kept, err
}

// States returns every recipe with all that was read from it, sorted by name:
// one snapshot, also while a crawl writes.
func (s *Store) States(ctx context.Context) ([]State, error) {
	var states []State
	err := s.read(ctx, func(tx *sql.Tx) error {
		err := each(ctx, tx, `SELECT `+recipeColumns+`, doc FROM recipe ORDER BY name`, func(scan scan) error {
			state, err := scanState(scan)
			states = append(states, state)
			return err
		})
		if err != nil {
			return err
		}
		return loadTags(ctx, tx, states)
	})
	return states, err
}

const recipeColumns = `name, source, location, fingerprint, listed, default_branch, head_commit,
	checked_at, valid_until, failure`

func scanState(scan scan) (State, error) {
	var text string
	state := State{Readings: map[string]Reading{}}
	if err := scanRecipe(scan, &state.Recipe, &text); err != nil {
		return state, err
	}
	if err := json.Unmarshal([]byte(text), &state.Doc); err != nil {
		return state, fmt.Errorf("document of %s: %w", state.Name, err)
	}
	return state, nil
}

func scanRecipe(scan scan, r *Recipe, more ...any) error {
	var checked, valid int64
	var failure string
	into := []any{
		&r.Name, &r.Source, &r.Location, &r.Fingerprint, &r.Listed, &r.DefaultBranch, &r.HeadCommit,
		&checked, &valid, &failure,
	}
	if err := scan(append(into, more...)...); err != nil {
		return err
	}
	r.CheckedAt, r.ValidUntil = fromUnix(checked), fromUnix(valid)
	if failure == "[]" {
		return nil
	}
	if err := json.Unmarshal([]byte(failure), &r.Failure); err != nil {
		return fmt.Errorf("failure of %s: %w", r.Name, err)
	}
	return nil
}

func fromUnix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

type scan func(into ...any) error

// each calls do for every row of a query.
func each(ctx context.Context, tx *sql.Tx, query string, do func(scan) error, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err below tells what went wrong
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
