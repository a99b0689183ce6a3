package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// proxy hands requests on to the tasks of a service in turn. It learns their
// addresses as Traefik's swarm provider does: every REFRESH it lists the tasks
// that are wanted and running, and believes the list until the next.
type proxy struct {
	service string
	engine  *http.Client
	reverse *httputil.ReverseProxy

	mutex sync.Mutex
	tasks []string // addresses
	turn  int
}

func newProxy(socket, service string) *proxy {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	p := &proxy{service: service, engine: &http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: 5 * time.Second}}
	p.reverse = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: net.JoinHostPort(p.next(), port())})
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, err)
	}}
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.reverse.ServeHTTP(w, r) }

func (p *proxy) next() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.tasks) == 0 {
		return "no-task"
	}
	p.turn++
	return p.tasks[p.turn%len(p.tasks)]
}

func (p *proxy) refresh() {
	every, err := time.ParseDuration(os.Getenv("REFRESH"))
	if err != nil {
		every = 15 * time.Second
	}
	for {
		tasks, err := p.list()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		} else {
			p.mutex.Lock()
			p.tasks = tasks
			p.mutex.Unlock()
		}
		if len(tasks) == 0 {
			time.Sleep(100 * time.Millisecond) // it has just begun
			continue
		}
		time.Sleep(every)
	}
}

func (p *proxy) list() ([]string, error) {
	filter := fmt.Sprintf(`{"service":[%q],"desired-state":["running"]}`, p.service)
	answer, err := p.engine.Get("http://engine/v1.41/tasks?filters=" + url.QueryEscape(filter))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	var tasks []struct {
		Status              struct{ State string }
		NetworksAttachments []struct{ Addresses []string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&tasks); err != nil {
		return nil, err
	}
	var found []string
	for _, task := range tasks {
		if task.Status.State == "running" && len(task.NetworksAttachments) > 0 {
			address, _, _ := strings.Cut(task.NetworksAttachments[0].Addresses[0], "/")
			found = append(found, address)
		}
	}
	return found, nil
}
