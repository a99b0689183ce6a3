package upstream

import (
	"context"
	"fmt"
	"io"
)

const maxResponse = 4 << 20 // bytes of a body: the engine's own bound of a manifest

type bodyLimitKey struct{}

// withBodyLimit lets the bodies of the context's requests have so many bytes: layers
// come through the same library and transport as manifests.
func withBodyLimit(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, bodyLimitKey{}, limit)
}

func bodyLimit(ctx context.Context) int64 {
	if limit, set := ctx.Value(bodyLimitKey{}).(int64); set {
		return limit
	}
	return maxResponse
}

// bounded is a body that fails where it becomes too long, rather than to pass for a
// shorter one.
type bounded struct {
	io.ReadCloser
	limit, left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := b.ReadCloser.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("it sent more than %d bytes", b.limit)
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
