package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// signed is a file that the signed manifest vouches for.
type signed struct {
	note     []byte // the manifest as it was published
	manifest catalogue.Manifest
	data     []byte
}

// A reader may come while the catalogue is being published: the manifest is
// replaced last, a moment after the files.
const (
	signedAttempts = 5
	signedPause    = 400 * time.Millisecond
)

// errMeanwhile is what a difference means that does not go away.
var errMeanwhile = errors.New("either the catalogue is being published, or a cache on the way is behind: try again in a few minutes; " +
	"or somebody changed the file: ask the publisher")

// readSigned reads a file that a manifest signed by one of the keys vouches for.
// Where the manifest lists no such file, the error is errNotListed. A manifest
// that is older than one seen before is refused.
func (c *cli) readSigned(ctx context.Context, where, path string, limit int64, keys catalogue.Keys) (signed, error) {
	if strings.HasSuffix(where, ".json") {
		return signed{}, errors.New("a key was given, but only a whole catalogue is signed: name its address, not that of one file")
	}
	shelf := shelfAt(where)
	for attempt := 1; ; attempt++ {
		found, err := readOnce(ctx, shelf, path, limit, keys)
		switch {
		case err == nil:
			return found, c.checkSeen(found.manifest)
		case !errors.Is(err, catalogue.ErrDiffers):
			return found, err
		case attempt == signedAttempts:
			return found, fmt.Errorf("%w: %w", err, errMeanwhile)
		}
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-time.After(signedPause):
		}
	}
}

func readOnce(ctx context.Context, from shelf, path string, limit int64, keys catalogue.Keys) (signed, error) {
	note, manifest, err := openManifest(ctx, from, keys)
	if err != nil {
		return signed{}, err
	}
	file, listed := manifest.File(path)
	if !listed {
		return signed{manifest: manifest}, errNotListed
	}
	data, err := from.read(ctx, path, limit)
	if isAbsent(err) {
		return signed{}, fmt.Errorf("%s %w: it is not there", path, catalogue.ErrDiffers)
	}
	if err == nil {
		err = file.Verify(data)
	}
	return signed{note, manifest, data}, err
}

// openManifest reads the manifest, which one of the keys must have signed.
func openManifest(ctx context.Context, from shelf, keys catalogue.Keys) ([]byte, catalogue.Manifest, error) {
	note, err := from.read(ctx, catalogue.ManifestPath, catalogue.MaxManifestSize)
	if isAbsent(err) {
		return nil, catalogue.Manifest{}, fmt.Errorf("%w: it has no %s. Have it published with --sign-key, or leave out the key to go by it as it is",
			errUnsigned, catalogue.ManifestPath)
	}
	if err != nil {
		return nil, catalogue.Manifest{}, err
	}
	manifest, err := catalogue.Open(note, keys)
	return note, manifest, err
}

// errUnsigned means that a key was given, and nothing is signed.
var errUnsigned = errors.New("it is not signed")
