package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// loadTags fills in the tags of states, which are all recipes there are.
func loadTags(ctx context.Context, tx *sql.Tx, states []State) error {
	moved, err := loadMoved(ctx, tx)
	if err != nil {
		return err
	}
	byName := map[string]*State{}
	for i := range states {
		byName[states[i].Name] = &states[i]
	}
	query := `SELECT v.recipe, v.tag, v.tag_object, v.commit_id, v.tree, v.annotated, v.legacy, v.tagged_at, v.notes,
		v.reading, r.doc FROM version v JOIN reading r ON r.recipe = v.recipe AND r.key = v.reading
		ORDER BY v.recipe, v.position`
	return each(ctx, tx, query, func(scan scan) error {
		recipe, tag, text, err := scanTag(scan)
		if err != nil {
			return err
		}
		tag.Moved = moved[[2]string{recipe, tag.Name}]
		return byName[recipe].add(tag, text)
	})
}

func scanTag(scan scan) (recipe string, t Tag, reading []byte, err error) {
	var date int64
	err = scan(&recipe, &t.Name, &t.Object, &t.Commit, &t.Tree, &t.Annotated, &t.Legacy, &date, &t.Notes,
		&t.Reading, &reading)
	t.Date = fromUnix(date)
	return recipe, t, reading, err
}

func (s *State) add(tag Tag, text []byte) error {
	s.Tags = append(s.Tags, tag)
	if _, ok := s.Readings[tag.Reading]; ok {
		return nil
	}
	var reading Reading
	if err := json.Unmarshal(text, &reading); err != nil {
		return fmt.Errorf("reading of %s %s: %w", s.Name, tag.Name, err)
	}
	s.Readings[tag.Reading] = reading
	return nil
}

// loadMoved lists, by recipe and tag, the commits that a tag names no more.
func loadMoved(ctx context.Context, tx *sql.Tx) (map[[2]string][]string, error) {
	moved := map[[2]string][]string{}
	query := `SELECT s.recipe, s.tag, s.commit_id FROM sighting s
		JOIN version v ON v.recipe = s.recipe AND v.tag = s.tag AND v.commit_id <> s.commit_id
		ORDER BY s.recipe, s.tag, s.seen_at, s.rowid`
	err := each(ctx, tx, query, func(scan scan) error {
		var recipe, tag, commit string
		err := scan(&recipe, &tag, &commit)
		key := [2]string{recipe, tag}
		moved[key] = append(moved[key], commit)
		return err
	})
	return moved, err
}
