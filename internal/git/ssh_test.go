package git_test

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// sshServer runs git-upload-pack for one key, as sshd would, and writes the user's
// ~/.ssh with that key and the server's.
func sshServer(t *testing.T, handle func(ssh.Channel, string)) (address string) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv("SSH_KNOWN_HOSTS", filepath.Join(home, ".ssh", "known_hosts"))
	hostKey, _ := newKey(t)
	userKey, userPEM := newKey(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(userKey.PublicKey().Marshal()) {
			return nil, errors.New("unknown key")
		}
		return nil, nil
	}}
	config.AddHostKey(hostKey)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveSSH(conn, config, handle)
		}
	}()
	address = listener.Addr().String()
	gittest.Write(t, home, map[string]string{
		".ssh/id_ed25519":  userPEM,
		".ssh/known_hosts": knownhosts.Line([]string{address}, hostKey.PublicKey()) + "\n",
	})
	return address
}

func serveSSH(conn net.Conn, config *ssh.ServerConfig, handle func(ssh.Channel, string)) {
	server, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	defer server.Close()
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		for request := range requests {
			_ = request.Reply(request.Type == "exec", nil)
			if request.Type == "exec" {
				var command struct{ Text string }
				_ = ssh.Unmarshal(request.Payload, &command)
				handle(channel, command.Text)
				_ = channel.Close()
			}
		}
	}
}

func newKey(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

// uploadPack has a shell run the command, as sshd does.
func uploadPack(channel ssh.Channel, command string) {
	cmd := exec.Command("sh", "-c", command)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	// Not cmd.Stdin: Run would wait for a client that waits for us.
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return
	}
	go func() { _, _ = io.Copy(stdin, channel) }()
	status := struct{ Code uint32 }{}
	if cmd.Run() != nil {
		status.Code = 1
	}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
}

func TestMirrorOverSSH(t *testing.T) {
	address := sshServer(t, uploadPack)
	work := filepath.Join(t.TempDir(), "it's an app!")
	gittest.Commit(t, must(t, os.Mkdir(work, 0o755), work), map[string]string{"compose.yml": "x"})
	gittest.Git(t, work, "tag", "1.0.0+1.0")
	url := "ssh://git@" + address + strings.ReplaceAll(work, " ", "%20")
	dir := filepath.Join(t.TempDir(), "app.git")
	if repo, changed := mirror(t, url, dir); !changed || len(tagNames(t, repo)) != 1 {
		t.Fatalf("changed %v", changed)
	}
	if _, changed := mirror(t, url, dir); changed {
		t.Fatal("nothing changed, but the mirror says so")
	}
	gittest.Commit(t, work, map[string]string{"compose.yml": "y"})
	gittest.Git(t, work, "tag", "1.1.0+1.1")
	if repo, changed := mirror(t, url, dir); !changed || len(tagNames(t, repo)) != 2 {
		t.Fatalf("changed %v", changed)
	}
	empty := t.TempDir()
	gittest.Git(t, empty, "init", "-q", "--bare")
	if repo, _ := mirror(t, "ssh://git@"+address+empty, filepath.Join(t.TempDir(), "e.git")); len(tagNames(t, repo)) != 0 {
		t.Fatal("an empty repo has tags")
	}
}

func TestSSHFails(t *testing.T) {
	silent := make(chan struct{})
	t.Cleanup(func() { close(silent) })
	address := sshServer(t, func(channel ssh.Channel, command string) {
		if strings.Contains(command, "silent") {
			<-silent
		}
		uploadPack(channel, command)
	})
	try := func(path string, limits git.Limits) error {
		_, _, err := git.Mirror(t.Context(), git.Remote{URL: "ssh://git@" + address + path, Trusted: true, Limits: limits}, filepath.Join(t.TempDir(), "app.git"))
		return err
	}
	if err := try("/nowhere", git.Limits{}); err == nil || !strings.Contains(err.Error(), "does not appear to be a git repository") {
		t.Errorf("a missing repo: %v", err)
	}
	if err := try("/silent", git.Limits{Time: 200 * time.Millisecond}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	t.Setenv("SSH_KNOWN_HOSTS", filepath.Join(t.TempDir(), "none"))
	if err := try("/app", git.Limits{}); err == nil || !strings.Contains(err.Error(), "known_hosts") {
		t.Errorf("no known_hosts: %v", err)
	}
	other, _ := newKey(t)
	file := filepath.Join(t.TempDir(), "known_hosts")
	gittest.Write(t, filepath.Dir(file), map[string]string{"known_hosts": knownhosts.Line([]string{address}, other.PublicKey()) + "\n"})
	t.Setenv("SSH_KNOWN_HOSTS", file)
	if err := try("/app", git.Limits{}); err == nil || !strings.Contains(err.Error(), "mismatch") {
		t.Errorf("another host key: %v", err)
	}
}

func TestSSHWithoutAKey(t *testing.T) {
	address := sshServer(t, uploadPack)
	if err := os.Remove(filepath.Join(os.Getenv("HOME"), ".ssh", "id_ed25519")); err != nil {
		t.Fatal(err)
	}
	_, _, err := git.Mirror(t.Context(), trusted("ssh://git@"+address+"/app"), filepath.Join(t.TempDir(), "app.git"))
	if err == nil || !strings.Contains(err.Error(), "ssh-add") {
		t.Fatalf("got %v", err)
	}
}

// TestSSHServerThatNeverGreets: go-git's own transport would wait for ever.
func TestSSHServerThatNeverGreets(t *testing.T) {
	sshServer(t, uploadPack) // for its keys
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	remote := git.Remote{URL: "ssh://git@" + listener.Addr().String() + "/app", Trusted: true, Limits: git.Limits{Time: 200 * time.Millisecond}}
	if _, _, err := git.Mirror(t.Context(), remote, filepath.Join(t.TempDir(), "app.git")); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}
