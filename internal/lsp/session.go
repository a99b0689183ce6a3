package lsp

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// state of a session, as the protocol orders them.
type state int

const (
	fresh state = iota
	running
	shutdown
	ended
)

type session struct {
	Server
	out      io.Writer
	failed   error // of writing
	state    state
	asked    bool // for shutdown, before the end
	encoding encoding
	client   capabilities

	open    map[string]*document // by path
	recipes map[string]*folder   // by path
	first   time.Time            // the oldest change that is not judged yet
	timer   *time.Timer          // nil where nothing waits
}

// document is a file that the editor holds.
type document struct {
	uri     string // as the client writes it
	version *int
	text    *text
}

// capabilities are what the client can do.
type capabilities struct {
	plain     bool // hovers without Markdown
	versions  bool // edits that name the version they are for
	registers bool // watches files for the server, when asked to
}

func newSession(s Server, out io.Writer) *session {
	return &session{Server: s, out: out, encoding: utf16Units, open: map[string]*document{}, recipes: map[string]*folder{}}
}

func (s *session) verdict() error {
	if !s.asked {
		return ErrNoShutdown
	}
	return nil
}

func (s *session) send(message any) {
	if s.failed == nil {
		s.failed = writeFrame(s.out, message)
	}
}

func (s *session) notify(method string, params any) {
	s.send(notification{"2.0", method, params})
}

func (s *session) log(err error) {
	const warning = 2
	s.notify("window/logMessage", logParams{warning, err.Error()})
}

// handle answers one message. Whatever is wrong with it harms nothing but its
// own answer.
func (s *session) handle(frame []byte) {
	var m message
	if err := json.Unmarshal(frame, &m); err != nil {
		s.fail(nil, &rpcError{codeParse, "no JSON-RPC message: " + err.Error()})
		return
	}
	switch {
	case m.Method == "exit":
		s.asked, s.state = s.state == shutdown, ended
	case m.Method == "": // an answer to something that was never asked
	case len(m.ID) == 0:
		s.hear(m)
	default:
		result, err := s.answer(m)
		if err != nil {
			s.fail(m.ID, err)
			return
		}
		s.send(response{"2.0", m.ID, result})
	}
}

func (s *session) fail(id json.RawMessage, err *rpcError) {
	if id == nil {
		id = json.RawMessage("null")
	}
	s.send(failure{"2.0", id, *err})
}

// answer handles a request. What the client cancels is answered all the same: it
// is answered before the client can say so.
func (s *session) answer(m message) (any, *rpcError) {
	switch {
	case m.Method == "initialize" && s.state == fresh:
		return s.initialize(m)
	case s.state == fresh:
		return nil, &rpcError{codeNotInitialized, "initialize comes first"}
	case s.state == shutdown, m.Method == "initialize":
		return nil, &rpcError{codeInvalidRequest, m.Method + " is not allowed now"}
	}
	switch m.Method {
	case "shutdown":
		s.state = shutdown
		return nil, nil
	case "textDocument/codeAction":
		return ask(m, s.codeActions)
	case "textDocument/hover":
		return ask(m, s.hover)
	}
	return nil, &rpcError{codeUnknownMethod, fmt.Sprintf("unknown method %.60q", m.Method)}
}

func ask[P any](m message, do func(P) any) (any, *rpcError) {
	var params P
	if err := json.Unmarshal(m.Params, &params); err != nil {
		return nil, &rpcError{codeInvalidParams, m.Method + ": " + err.Error()}
	}
	return do(params), nil
}

func (s *session) initialize(m message) (any, *rpcError) {
	var params initializeParams
	if err := json.Unmarshal(m.Params, &params); err != nil {
		return nil, &rpcError{codeInvalidParams, "initialize: " + err.Error()}
	}
	s.state = running
	can := params.Capabilities
	formats := can.TextDocument.Hover.ContentFormat
	s.client = capabilities{
		plain:     len(formats) > 0 && !slices.Contains(formats, "markdown"),
		versions:  can.Workspace.WorkspaceEdit.DocumentChanges,
		registers: can.Workspace.DidChangeWatchedFiles.DynamicRegistration,
	}
	for _, offered := range can.General.PositionEncodings {
		if e := encoding(offered); e == utf8Units || e == utf16Units || e == utf32Units {
			s.encoding = e
			break
		}
	}
	const incremental = 2
	return map[string]any{
		"serverInfo": map[string]string{"name": source, "version": s.Version},
		"capabilities": map[string]any{
			"positionEncoding":   s.encoding,
			"textDocumentSync":   map[string]any{"openClose": true, "change": incremental, "save": true},
			"codeActionProvider": map[string]any{"codeActionKinds": []string{quickFix, fixAll}},
			"hoverProvider":      true,
		},
	}, nil
}
