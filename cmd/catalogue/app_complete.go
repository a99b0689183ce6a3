package main

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

// A shell asks for completions at each key: they come from files of this machine
// only, and where something is amiss there are none.

// completer lists what may stand for a word of a usage line.
type completer func(v *appVerb, args []string) []string

// completers go by the words of usage lines. Under secret, VERSION is a secret's.
var completers = map[string]completer{
	"APP":             appNames,
	"VERSION":         versionNames,
	"RELEASE|VERSION": versionNames,
	"SERVICE":         serviceNames,
	"secret NAME":     secretNames,
	"secret VERSION":  nil,
}

var usageWord = regexp.MustCompile(`[A-Z]+(?:\|[A-Z]+)*…?`)

// complete lets shells complete the arguments of a verb and of all below it, as
// its usage line names them.
func (v *appVerb) complete(cmd *cobra.Command) {
	words := usageWord.FindAllString(cmd.Use, -1)
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		list := completerAt(cmd, words, len(args))
		if list == nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return list(v, args), cobra.ShellCompDirectiveNoFileComp
	}
	for _, sub := range cmd.Commands() {
		v.complete(sub)
	}
}

// completerAt is nil where nothing is known; then a shell offers files.
func completerAt(cmd *cobra.Command, words []string, place int) completer {
	last := len(words) - 1
	if place > last && last >= 0 && strings.HasSuffix(words[last], "…") {
		place = last
	}
	if place > last {
		return nil
	}
	word := strings.TrimSuffix(words[place], "…")
	if special, ok := completers[cmd.Parent().Name()+" "+word]; ok {
		return special
	}
	return completers[word]
}

func appNames(v *appVerb, _ []string) []string {
	servers, err := deploy.Servers(deploy.Dir(v.getenv))
	if err != nil {
		return nil
	}
	names := []string{}
	for _, server := range servers {
		names = append(names, server.Apps...)
	}
	return names
}

// versionNames are the versions of the app's recipe that are on this machine,
// newest first.
func versionNames(v *appVerb, args []string) []string {
	app, err := v.find(args[0])
	if err != nil {
		return nil
	}
	name, _, err := app.Recipe()
	if err != nil {
		return nil
	}
	known, err := v.offlineOnly().versions(context.Background(), name, false)
	if err != nil {
		return nil
	}
	var names []string
	for _, version := range known.Versions {
		names = append(names, version.Version)
	}
	slices.Reverse(names)
	return names
}

// serviceNames are the services of the app at the version that it pins, by their
// short names.
func serviceNames(v *appVerb, args []string) []string {
	want := v.prepared(args[0])
	if want == nil {
		return nil
	}
	var names []string
	for _, service := range want.Specs.Services {
		names = append(names, strings.TrimPrefix(service.Name, want.Specs.Stack+"_"))
	}
	return names
}

// secretNames are the app's secrets, as operators type them.
func secretNames(v *appVerb, args []string) []string {
	want := v.prepared(args[0])
	if want == nil {
		return nil
	}
	var names []string
	for _, secret := range want.Secrets {
		names = append(names, secret.Short)
	}
	return names
}

// prepared is what the app is to be, nil where that is not known.
func (v *appVerb) prepared(domain string) *deploy.Desired {
	want, err := v.offlineOnly().wanted(context.Background(), domain)
	if err != nil {
		return nil
	}
	return want
}

func (v *appVerb) offlineOnly() *appVerb {
	offline := *v
	offline.offline = true
	return &offline
}
