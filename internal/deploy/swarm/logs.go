package swarm

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

// Logs of a task come from its node, which may be gone.
const (
	logTimeout = 5 * time.Second
	maxLogSize = 64 << 10
)

// LastLogs returns the last lines that a task wrote, oldest first.
func (c *Client) LastLogs(ctx context.Context, taskID string, lines int) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	stream, err := c.api.TaskLogs(ctx, taskID, container.LogsOptions{ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(lines)})
	if err != nil {
		return nil, classify(err)
	}
	defer stream.Close()
	var text bytes.Buffer
	if _, err := stdcopy.StdCopy(&text, &text, io.LimitReader(stream, maxLogSize)); err != nil && text.Len() == 0 {
		return nil, err
	}
	if text.Len() == 0 {
		return nil, nil
	}
	return strings.Split(strings.TrimRight(text.String(), "\n"), "\n"), nil
}
