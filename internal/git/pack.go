package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

const (
	maxPackObjects = 1_000_000
	maxObject      = maxBlob // bytes of one object, inflated: go-git holds it in memory
	maxInflated    = 8 << 30 // bytes of all objects together, inflated: bounds the time that indexing takes
)

// addPack stores a pack and its index in packDir, or nothing. go-git's own writer
// trusts what a pack says of its sizes; here the whole pack is checked before it is indexed.
func addPack(ctx context.Context, packDir string, from io.Reader) (err error) {
	removeStale(packDir, "tmp_")
	pack, err := os.CreateTemp(packDir, "tmp_pack_*")
	if err != nil {
		return err
	}
	defer os.Remove(pack.Name())
	defer pack.Close()
	if _, err := io.Copy(pack, from); err != nil {
		return err
	}
	source := cancelable{ctx, pack}
	if err := checkPack(source); err != nil {
		return err
	}
	index, err := indexPack(source)
	if err != nil {
		return fmt.Errorf("the server's pack: %w", err)
	}
	return installPack(packDir, pack, index)
}

// checkPack inflates every object once, keeping none, and refuses what is out of bounds.
func checkPack(source io.ReadSeeker) error {
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return err
	}
	scanner := packfile.NewScanner(source)
	_, count, err := scanner.Header()
	if err != nil {
		return fmt.Errorf("the server's pack: %w", err)
	}
	if count > maxPackObjects {
		return fmt.Errorf("%w: a pack of %d objects, at most %d are read", ErrTooLarge, count, maxPackObjects)
	}
	total := int64(0)
	for range count {
		size, err := objectSize(scanner)
		if err != nil {
			return fmt.Errorf("the server's pack: %w", err)
		}
		if total += size; total > maxInflated {
			return fmt.Errorf("%w: the pack's objects inflate to more than %d bytes", ErrTooLarge, int64(maxInflated))
		}
	}
	return nil
}

// objectSize reads over the next object and tells its size, which for a delta is
// that of what it makes.
func objectSize(scanner *packfile.Scanner) (int64, error) {
	header, err := scanner.NextObjectHeader()
	if err != nil {
		return 0, err
	}
	size := header.Length
	if size < 0 || size > maxObject {
		return 0, tooLargeObject(size)
	}
	var start head
	if _, _, err := scanner.NextObject(&start); err != nil {
		return 0, err
	}
	if header.Type.IsDelta() {
		size = max(size, start.deltaTarget())
	}
	if size > maxObject {
		return 0, tooLargeObject(size)
	}
	return size, nil
}

func tooLargeObject(size int64) error {
	return fmt.Errorf("%w: an object of %d bytes, at most %d are read", ErrTooLarge, size, int64(maxObject))
}

// head keeps the start of what is written to it.
type head struct {
	bytes [20]byte
	n     int
}

func (h *head) Write(p []byte) (int, error) {
	h.n += copy(h.bytes[h.n:], p)
	return len(p), nil
}

// deltaTarget reads the second of a delta's two sizes, each in groups of seven bits,
// the lowest first (gitformat-pack(5), "Deltified representation").
func (h *head) deltaTarget() int64 {
	var size uint64
	fields, shift := 0, 0
	for _, b := range h.bytes[:h.n] {
		size |= uint64(b&0x7f) << shift
		shift += 7
		if b&0x80 != 0 {
			continue
		}
		if fields++; fields == 2 {
			return int64(min(size, maxObject+1))
		}
		size, shift = 0, 0
	}
	return 0 // malformed: go-git refuses it when it indexes
}

func indexPack(source io.ReadSeeker) (*idxfile.MemoryIndex, error) {
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	writer := new(idxfile.Writer)
	parser, err := packfile.NewParser(packfile.NewScanner(source), writer)
	if err != nil {
		return nil, err
	}
	if _, err := parser.Parse(); err != nil {
		return nil, err
	}
	return writer.Index()
}

// installPack puts the index in place before the pack, since go-git looks for packs.
func installPack(packDir string, pack *os.File, index *idxfile.MemoryIndex) error {
	base := filepath.Join(packDir, "pack-"+fmt.Sprintf("%x", index.PackfileChecksum))
	file, err := os.CreateTemp(packDir, "tmp_idx_*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = idxfile.NewEncoder(file).Encode(index)
	if err := errors.Join(err, file.Chmod(0o444), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := errors.Join(pack.Chmod(0o444), pack.Sync()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), base+".idx"); err != nil {
		return err
	}
	return os.Rename(pack.Name(), base+".pack")
}

// cancelable stops go-git's parser, which knows no context, at its next read.
type cancelable struct {
	ctx context.Context
	io.ReadSeeker
}

func (c cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.ReadSeeker.Read(p)
}
