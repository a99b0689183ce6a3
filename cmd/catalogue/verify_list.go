package main

import (
	"context"
	"errors"
	"fmt"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// list says which files there should be: by the manifest, else by the index.
func (v *verification) list(ctx context.Context) ([]catalogue.File, error) {
	note, err := v.from.read(ctx, catalogue.ManifestPath, catalogue.MaxManifestSize)
	if isAbsent(err) {
		return v.listUnsigned(ctx)
	}
	if err != nil {
		return nil, err
	}
	manifest, err := v.manifest(note)
	if err != nil {
		v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: err.Error()})
		return v.listIndex(ctx)
	}
	v.report.GeneratedAt = manifest.Generated
	return manifest.Files, nil
}

// manifest reads the manifest. Where it is badly signed, the files are held
// against it all the same.
func (v *verification) manifest(note []byte) (catalogue.Manifest, error) {
	if v.keys == nil {
		v.skip("signature", "no key was given; name one with --catalogue-key", true)
		return catalogue.Peek(note)
	}
	manifest, err := catalogue.Open(note, v.keys)
	if errors.Is(err, catalogue.ErrUntrusted) {
		if unproven, peekErr := catalogue.Peek(note); peekErr == nil {
			v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: err.Error()})
			return unproven, nil
		}
	}
	if err != nil {
		return manifest, err
	}
	v.report.SignedBy = manifest.Origin
	if err := v.isOld(manifest); err != nil {
		v.add(verifyFinding{Kind: rolledBack, Path: catalogue.ManifestPath, Message: err.Error()})
	}
	return manifest, nil
}

func (v *verification) listUnsigned(ctx context.Context) ([]catalogue.File, error) {
	if v.keys == nil {
		v.skip("signature", "the catalogue is not signed", true)
	} else {
		v.add(verifyFinding{Kind: badSignature, Path: catalogue.ManifestPath, Message: "the catalogue is not signed"})
	}
	return v.listIndex(ctx)
}

// listIndex takes the index's word for the files of the recipes.
func (v *verification) listIndex(ctx context.Context) ([]catalogue.File, error) {
	data, err := v.from.read(ctx, indexPath, catalogue.MaxIndexSize)
	if isAbsent(err) {
		return nil, fmt.Errorf("%s is not there: expected a catalogue that 'catalogue crawl' made: %w", indexPath, err)
	}
	if err != nil {
		return nil, err
	}
	index, err := catalogue.DecodeIndex(data)
	if err != nil {
		return nil, err
	}
	files := []catalogue.File{catalogue.NewFile(indexPath, data)}
	for _, s := range index.Recipes {
		files = append(files, catalogue.File{Path: catalogue.RecipePath(s.Name), SHA256: s.SHA256, Size: int64(s.Size)})
	}
	return files, nil
}

const indexPath = "v2/index.json"
