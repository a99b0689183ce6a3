package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// load sends requests without end to the service that LOAD names, and tells
// on /stats what became of them. With SOCKET, they go through a proxy that
// learns the tasks' addresses from the engine; else each asks the DNS anew.
func load() int {
	l := &loader{name: os.Getenv("LOAD"), Versions: map[string]int{}, Errors: map[string]int{}}
	if os.Getenv("SOCKET") != "" {
		p := newProxy(os.Getenv("SOCKET"), l.name)
		go p.refresh()
		http.Handle("/", p)
		l.through = "127.0.0.1:" + port()
	}
	http.Handle("/stats", l)
	go l.run()
	failed := make(chan error, 1)
	go func() { failed <- http.ListenAndServe(net.JoinHostPort("", port()), nil) }()
	return wait(failed)
}

type loader struct {
	name    string
	through string // the proxy's address

	mutex    sync.Mutex
	Sent     int
	Lost     int
	Versions map[string]int // what the service answered
	Errors   map[string]int
	Last     string // version that answered last
}

func (l *loader) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_ = json.NewEncoder(w).Encode(l)
}

// run sends a hundred requests a second, however long the answers take. It
// begins when the service has answered once: before, nothing can be lost.
func (l *loader) run() {
	for _, err := l.ask(); err != nil; _, err = l.ask() {
		time.Sleep(100 * time.Millisecond)
	}
	for range time.Tick(10 * time.Millisecond) {
		go func() { l.count(l.ask()) }()
	}
}

func (l *loader) count(version string, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.Sent++
	if err != nil {
		l.Lost++
		l.Errors[err.Error()]++
		return
	}
	l.Versions[version]++
	l.Last = version
}

// requestTimeout is what a busy machine needs at worst: a task that is gone refuses
// at once.
const requestTimeout = 10 * time.Second

// lookUp asks again where the engine's name server was too busy to answer: no
// request was sent by then.
func lookUp(name string) ([]string, error) {
	for {
		found, err := net.LookupHost(name)
		var dns *net.DNSError
		if errors.As(err, &dns) && dns.IsTimeout {
			continue
		}
		return found, err
	}
}

// ask is one request on a connection of its own.
func (l *loader) ask() (version string, err error) {
	address := l.through
	if address == "" {
		found, err := lookUp(l.name)
		if err != nil {
			return "", err
		}
		address = net.JoinHostPort(found[rand.IntN(len(found))], port())
	}
	client := http.Client{Timeout: requestTimeout, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address + "/")
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, text)
	}
	return string(text), err
}
