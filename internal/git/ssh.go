package git

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"coopcloud.tech/catalogue/internal/netguard"
)

// sshSession runs git-upload-pack on a server. go-git's own ssh transport knows no
// context and would wait for ever on a server that keeps silent.
type sshSession struct {
	conn   *ssh.Client
	run    *ssh.Session
	in     io.WriteCloser
	out    io.Reader
	stderr *tail
	asked  bool // a pack was asked for
}

// dialSSH honours Hostname, Port, User and IdentityFile of the operator's ssh_config,
// the agent, and keys without a passphrase. Host keys must be in known_hosts
// (SSH_KNOWN_HOSTS, else ~/.ssh and /etc/ssh).
func dialSSH(ctx context.Context, u *url.URL, budget *budget) (session, error) {
	alias := u.Hostname()
	host := cmp.Or(gitssh.DefaultSSHConfig.Get(alias, "Hostname"), alias)
	port := cmp.Or(u.Port(), gitssh.DefaultSSHConfig.Get(alias, "Port"), "22")
	address := net.JoinHostPort(host, port)
	known, err := gitssh.NewKnownHostsDb()
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: netguard.DialTimeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	keys := keyring{alias: alias}
	client, channels, requests, err := ssh.NewClientConn(conn, address, &ssh.ClientConfig{
		User:              cmp.Or(u.User.Username(), gitssh.DefaultSSHConfig.Get(alias, "User"), "git"),
		Auth:              []ssh.AuthMethod{ssh.PublicKeysCallback(keys.signers)},
		HostKeyCallback:   known.HostKeyCallback(),
		HostKeyAlgorithms: known.HostKeyAlgorithms(address),
	})
	keys.close()
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, fmt.Errorf("ssh to %s: %w", address, err)
	}
	s := &sshSession{conn: ssh.NewClient(client, channels, requests), stderr: &tail{}}
	if err := s.start(u.Path, budget); err != nil {
		_ = s.conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *sshSession) start(path string, budget *budget) (err error) {
	if s.run, err = s.conn.NewSession(); err != nil {
		return err
	}
	if s.in, err = s.run.StdinPipe(); err != nil {
		return err
	}
	out, err := s.run.StdoutPipe()
	if err != nil {
		return err
	}
	s.out = budget.reader(out, budget.left)
	s.run.Stderr = s.stderr
	// git's own quoting for the remote shell (quote.c, sq_quote_buf).
	quoted := strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(path)
	return s.run.Start("git-upload-pack '" + quoted + "'")
}

func (s *sshSession) AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error) {
	advert := packp.NewAdvRefs()
	err := advert.Decode(&io.LimitedReader{R: s.out, N: maxAdvert})
	switch {
	case errors.Is(err, packp.ErrEmptyAdvRefs), err == nil && advert.IsEmpty():
		return nil, transport.ErrEmptyRemoteRepository
	case errors.Is(err, packp.ErrEmptyInput):
		_ = s.in.Close() // else the server may wait for us
		_ = s.run.Wait()
		return nil, fmt.Errorf("the server lists nothing; it says %q", s.stderr)
	case err != nil:
		return nil, err
	}
	transport.FilterUnsupportedCapabilities(advert.Capabilities)
	return advert, nil
}

func (s *sshSession) UploadPack(_ context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	s.asked = true
	err := request.UploadRequest.Encode(s.in)
	if err == nil {
		err = request.UploadHaves.Encode(s.in, false)
	}
	if err == nil {
		_, err = io.WriteString(s.in, "0009done\n")
	}
	if err != nil {
		return nil, err
	}
	response := packp.NewUploadPackResponse(request)
	return response, response.Decode(io.NopCloser(s.out))
}

func (s *sshSession) Close() error {
	if !s.asked {
		_, _ = io.WriteString(s.in, "0000") // a flush packet: nothing is wanted
	}
	_ = s.run.Close()
	return s.conn.Close()
}

// keyring offers the agent's keys, then those in files.
type keyring struct {
	alias string
	agent net.Conn
}

func (k *keyring) signers() ([]ssh.Signer, error) {
	var signers []ssh.Signer
	if conn, err := net.Dial("unix", os.Getenv("SSH_AUTH_SOCK")); err == nil {
		k.agent = conn
		if held, err := agent.NewClient(conn).Signers(); err == nil {
			signers = held
		}
	}
	for _, file := range k.files() {
		pem, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if signer, err := ssh.ParsePrivateKey(pem); err == nil {
			signers = append(signers, signer)
		}
	}
	if len(signers) == 0 {
		return nil, errors.New("no key to offer: load one with ssh-add, or name one without a passphrase as IdentityFile in ~/.ssh/config")
	}
	return signers, nil
}

func (k *keyring) files() []string {
	home, _ := os.UserHomeDir()
	named := gitssh.DefaultSSHConfig.Get(k.alias, "IdentityFile")
	if rest, ok := strings.CutPrefix(named, "~/"); ok {
		named = filepath.Join(home, rest)
	}
	files := []string{named}
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		files = append(files, filepath.Join(home, ".ssh", name))
	}
	return files
}

func (k *keyring) close() {
	if k.agent != nil {
		_ = k.agent.Close()
	}
}

// tail keeps the first bytes of what a server says on stderr.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 1024 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(t.Buffer.String()) }
