package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// ImageKey is what is asked about: an image, and the digest that its tag is known by.
type ImageKey struct {
	Reference string // NAME:TAG[@DIGEST]
	Known     string // "" where no digest was known before
}

// Image is what a registry said of one image. Times are to the second.
type Image struct {
	ImageKey
	AskedAt  time.Time       // the last check, however it ended
	DueAt    time.Time       // not to be checked before
	Question string          // names the options of that check
	Failure  string          // why the last check failed; "" it did not
	Answer   catalogue.Check // of the last check that succeeded; its CheckedAt is zero where none did
}

// Answered reports whether a registry ever answered.
func (i Image) Answered() bool { return !i.Answer.CheckedAt.IsZero() }

// Images returns what is known of all images.
func (s *Store) Images(ctx context.Context) (map[ImageKey]Image, error) {
	images := map[ImageKey]Image{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		query := `SELECT reference, known, asked_at, due_at, question, failure, doc FROM image`
		return each(ctx, tx, query, func(scan scan) error {
			image, err := scanImage(scan)
			images[image.ImageKey] = image
			return err
		})
	})
	return images, err
}

func scanImage(scan scan) (Image, error) {
	var i Image
	var asked, due int64
	var doc string
	if err := scan(&i.Reference, &i.Known, &asked, &due, &i.Question, &i.Failure, &doc); err != nil {
		return i, err
	}
	i.AskedAt, i.DueAt = fromUnix(asked), fromUnix(due)
	if err := json.Unmarshal([]byte(doc), &i.Answer); err != nil {
		return i, fmt.Errorf("answer about %s: %w", i.Reference, err)
	}
	return i, nil
}

// SaveImage replaces what is known of one image.
func (s *Store) SaveImage(ctx context.Context, i Image) error {
	doc, err := json.Marshal(i.Answer)
	if err != nil {
		return named("save the check of", i.Reference, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO image
			(reference, known, asked_at, due_at, question, failure, doc) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			i.Reference, i.Known, i.AskedAt.Unix(), i.DueAt.Unix(), i.Question, i.Failure, string(doc))
		return err
	})
	return named("save the check of", i.Reference, err)
}

// DropImages forgets the images that nothing runs any more, but not what was recorded.
func (s *Store) DropImages(ctx context.Context, keys []ImageKey) error {
	if len(keys) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, key := range keys {
			_, err := tx.ExecContext(ctx, `DELETE FROM image WHERE reference = ? AND known = ?`, key.Reference, key.Known)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Use is an image as one version of a recipe runs it.
type Use struct{ Recipe, Version, Reference string }

// Record is what a tag named when a version that runs it was first checked.
type Record struct {
	Digest    string
	Platforms []string // of that digest; none where they are not known
}

// Records returns all there are.
func (s *Store) Records(ctx context.Context) (map[Use]Record, error) {
	records := map[Use]Record{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		query := `SELECT recipe, tag, reference, digest, platforms FROM recorded_image`
		return each(ctx, tx, query, func(scan scan) error {
			var use Use
			var record Record
			var platforms string
			if err := scan(&use.Recipe, &use.Version, &use.Reference, &record.Digest, &platforms); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(platforms), &record.Platforms); err != nil {
				return fmt.Errorf("platforms of %s: %w", use.Reference, err)
			}
			records[use] = record
			return nil
		})
	})
	return records, err
}

// Record keeps what a tag names, for each use that has no record yet; platforms also
// where they were not known.
func (s *Store) Record(ctx context.Context, uses []Use, r Record, seen time.Time) error {
	platforms, err := json.Marshal(append([]string{}, r.Platforms...))
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, use := range uses {
			_, err := tx.ExecContext(ctx, `INSERT INTO recorded_image (recipe, tag, reference, digest, platforms, seen_at)
				VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (recipe, tag, reference) DO UPDATE SET platforms = excluded.platforms
				WHERE digest = excluded.digest AND platforms = '[]'`,
				use.Recipe, use.Version, use.Reference, r.Digest, string(platforms), seen.Unix())
			if err != nil {
				return named("record", use.Reference, err)
			}
		}
		return nil
	})
}
