package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	maxMessage = 16 << 20 // bytes of one message
	maxHeader  = 4 << 10  // bytes of one header line
	maxHeaders = 16       // lines
)

// readFrame reads one message: headers, an empty line, and as many bytes as
// Content-Length says. It fails with io.EOF only between messages.
func readFrame(r *bufio.Reader) ([]byte, error) {
	length := -1
	for n := 0; ; n++ {
		line, err := readLine(r)
		switch {
		case err == nil && n == 0 && line == "": // a line break behind the last message
			n--
			continue
		case err != nil && n == 0 && line == "":
			return nil, err
		case err != nil:
			return nil, noEOF(err)
		case line == "" && length >= 0:
			body := make([]byte, length)
			_, err := io.ReadFull(r, body)
			return body, noEOF(err)
		case n == maxHeaders, line == "":
			return nil, errors.New("a message without Content-Length")
		}
		if length, err = contentLength(line, length); err != nil {
			return nil, err
		}
	}
}

// noEOF tells a stream that breaks off from one that ends.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxHeader:
			return "", fmt.Errorf("a header of more than %d bytes", maxHeader)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		}
		return strings.TrimRight(string(line), "\r\n"), err
	}
}

// contentLength reads the one header that counts; others keep what was known.
func contentLength(header string, known int) (int, error) {
	name, value, ok := strings.Cut(header, ":")
	if !ok {
		return 0, fmt.Errorf("no header: %.60q", header)
	}
	if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
		return known, nil
	}
	length, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || length < 0 || length > maxMessage {
		return 0, fmt.Errorf("Content-Length is %.60q; expected at most %d", value, maxMessage)
	}
	return length, nil
}

func writeFrame(w io.Writer, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = w.Write(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n%s", len(body), body))
	return err
}
