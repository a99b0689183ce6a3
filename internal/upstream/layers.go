package upstream

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/zstd"
)

// What is read of one image's layers, all together. Nothing of it is kept but names.
const (
	maxPacked   = 512 << 20 // bytes as the registry has them
	maxUnpacked = 8 << 30   // bytes of the archives inside
	maxRatio    = 100       // of the two; real layers have 2 to 5
	ratioFrom   = 64 << 20  // bytes of the archives that have any ratio
	maxEntries  = 2_000_000
	maxWindow   = 32 << 20 // bytes of memory that zstd may want; level 19 takes 8 MiB
)

const (
	errUnpacked beyond = "its layers unpack to more than is read"
	errRatio    beyond = "its layers unpack to a hundred times their size, as no real ones do"
	errEntries  beyond = "its layers hold more files than are looked at"
)

// unpacker reads the layers of one image into a tree.
type unpacker struct {
	tree             *tree
	packed, unpacked int64 // bytes so far
	entries          int
}

// checkSize refuses what need not be downloaded to be too much.
func checkSize(layers []v1.Descriptor) error {
	total := int64(0)
	for _, layer := range layers {
		if layer.Size < 0 {
			return fmt.Errorf("a layer of %d bytes", layer.Size)
		}
		if layer.Size > maxPacked-total {
			return errPacked
		}
		total += layer.Size
	}
	return nil
}

var errPacked = beyond(fmt.Sprintf("its layers have more than the %d MiB that are read", maxPacked>>20))

// layer applies the next layer. Only once all of it was read, and so its digest checked,
// does it return without an error.
func (u *unpacker) layer(ctx context.Context, packed io.Reader) error {
	packed = meter{packed, u.takePacked}
	unpacked, done, err := decompress(packed)
	if err != nil {
		return err
	}
	defer done()
	unpacked = meter{unpacked, u.takeUnpacked}
	u.tree.layer++
	if err := u.archive(ctx, tar.NewReader(unpacked)); err != nil {
		return err
	}
	for _, rest := range []io.Reader{unpacked, packed} {
		if _, err := io.Copy(io.Discard, rest); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) archive(ctx context.Context, archive *tar.Reader) error {
	for ctx.Err() == nil {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if u.entries++; err == nil && u.entries > maxEntries {
			err = errEntries
		}
		if err == nil {
			err = u.tree.apply(header)
		}
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (u *unpacker) takePacked(n int) error {
	if u.packed += int64(n); u.packed > maxPacked {
		return errPacked
	}
	return nil
}

func (u *unpacker) takeUnpacked(n int) error {
	switch u.unpacked += int64(n); {
	case u.unpacked > maxUnpacked:
		return errUnpacked
	case u.unpacked > ratioFrom && u.unpacked/maxRatio > u.packed:
		return errRatio
	}
	return nil
}

// meter reports how much is read, until that is too much.
type meter struct {
	io.Reader
	take func(n int) error
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if over := m.take(n); over != nil {
		return n, over
	}
	return n, err
}

// decompress goes by the first bytes, as engines do: media types are often wrong.
func decompress(packed io.Reader) (unpacked io.Reader, done func(), err error) {
	buffered := bufio.NewReader(packed)
	magic, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		unpacked, err = gzip.NewReader(buffered)
		return unpacked, func() {}, err
	case isZstd(magic):
		decoder, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return decoder, decoder.Close, nil
	}
	return buffered, func() {}, nil
}

// isZstd knows frames of data, and those that decoders skip (RFC 8878, 3.1).
func isZstd(magic []byte) bool {
	return bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}) ||
		len(magic) == 4 && magic[0]&0xf0 == 0x50 && bytes.Equal(magic[1:], []byte{0x2a, 0x4d, 0x18})
}
