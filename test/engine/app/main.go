// Command app is what the test engine's images run: a small HTTP server with a
// healthcheck, that crashes, is late or never healthy when told to.
//
// Switches come from the environment:
//
//	PORT          where to listen, 8080
//	VERSION       what / answers
//	CRASH         exit 1 at once, with the value as last words
//	CRASH_AFTER   exit 1 after that long
//	HEALTHY_AFTER answer the healthcheck with 503 until then
//	UNHEALTHY     answer the healthcheck with 503 for ever
//	DATA          a folder: note every start in its file "starts"
//	EXIT          do no serving: exit with that code
//	LOAD          send requests to the service of that name without end; /stats
//	              tells what became of them
//	SOCKET        of the engine: send them through a proxy that lists its tasks
//	REFRESH       how often the proxy does so, 15s
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	// Healthchecks of real recipes call wget or curl: the images link those
	// names to this program.
	switch name := filepath.Base(os.Args[0]); {
	case name == "wget" || name == "curl":
		os.Exit(get(os.Args[len(os.Args)-1]))
	case len(os.Args) > 1 && os.Args[1] == "stats":
		os.Exit(show("http://" + net.JoinHostPort("127.0.0.1", port()) + "/stats"))
	case os.Getenv("LOAD") != "" && len(os.Args) == 1:
		os.Exit(load())
	case len(os.Args) > 1 && os.Args[1] == "check":
		os.Exit(get("http://" + net.JoinHostPort("127.0.0.1", port()) + "/health"))
	}
	os.Exit(serve())
}

func serve() int {
	started := time.Now()
	if words := os.Getenv("CRASH"); words != "" {
		fmt.Fprintln(os.Stderr, words)
		return 1
	}
	if code, err := strconv.Atoi(os.Getenv("EXIT")); err == nil {
		return code
	}
	if err := note(os.Getenv("DATA")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/health") && !healthy(started) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, os.Getenv("VERSION"))
	})
	failed := make(chan error, 1)
	go func() { failed <- http.ListenAndServe(net.JoinHostPort("", port()), nil) }()
	return wait(failed)
}

func wait(failed <-chan error) int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	var crash <-chan time.Time
	if after, err := time.ParseDuration(os.Getenv("CRASH_AFTER")); err == nil {
		crash = time.After(after)
	}
	select {
	case <-stop:
		return 0
	case <-crash:
		fmt.Fprintln(os.Stderr, "CRASH_AFTER is over")
	case err := <-failed:
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

func healthy(started time.Time) bool {
	after, err := time.ParseDuration(os.Getenv("HEALTHY_AFTER"))
	return os.Getenv("UNHEALTHY") == "" && (err != nil || time.Since(started) >= after)
}

func port() string {
	if port := os.Getenv("PORT"); port != "" {
		return port
	}
	return "8080"
}

// show prints what the URL answers.
func show(url string) int {
	answer, err := http.Get(url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer answer.Body.Close()
	_, _ = io.Copy(os.Stdout, answer.Body)
	return 0
}

func get(url string) int {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, answer.Status)
		return 1
	}
	return 0
}

func note(folder string) error {
	if folder == "" {
		return nil
	}
	file, err := os.OpenFile(filepath.Join(folder, "starts"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintln(file, os.Getenv("VERSION"))
	return err
}
