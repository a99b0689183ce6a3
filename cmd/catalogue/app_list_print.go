package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"
)

func (v *listVerb) print(servers []listedServer) error {
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	row(table, "APP", "SERVER", "RECIPE", "PINNED", "STATUS", "VERSION", "UPGRADE")
	for _, server := range servers {
		for _, app := range server.Apps {
			version := app.Version
			if app.Chaos {
				version = fmt.Sprintf("%s (chaos %s)", version, app.ChaosVersion)
			}
			row(table, cells([]string{app.App, app.Server, app.Recipe, app.Pinned, app.Status, version, app.Upgrade}))
			if app.Error != "" {
				v.warn("app %s: %s", app.App, app.Error)
			}
		}
	}
	return table.Flush()
}

// machineApp is an app as clients of abra read it: every value is a string.
type machineApp struct {
	AppName      string `json:"appName"`
	Server       string `json:"server"`
	Recipe       string `json:"recipe"`
	Domain       string `json:"domain"`
	Status       string `json:"status"`
	Chaos        string `json:"chaos"`
	ChaosVersion string `json:"chaosVersion"`
	Version      string `json:"version"`
	Upgrade      string `json:"upgrade"`
}

func (v *listVerb) printMachine(servers []listedServer) error {
	type group struct {
		Apps []machineApp `json:"apps"`
	}
	grouped := map[string]group{}
	for _, server := range servers {
		apps := slices.Grow([]machineApp{}, len(server.Apps))
		for _, app := range server.Apps {
			apps = append(apps, newMachineApp(app))
		}
		grouped[server.Name] = group{apps}
	}
	return json.NewEncoder(v.stdout).Encode(grouped)
}

// newMachineApp writes "unknown" for what is not known or not there, and "latest"
// for an app that needs no upgrade.
func newMachineApp(app listedApp) machineApp {
	m := machineApp{
		AppName: app.App, Server: app.Server, Recipe: app.Recipe, Domain: app.App,
		Status: statusUnknown, Chaos: statusUnknown, ChaosVersion: statusUnknown, Version: statusUnknown, Upgrade: statusUnknown,
	}
	if app.Status != statusDeployed {
		return m
	}
	m.Status, m.Chaos = app.Status, fmt.Sprint(app.Chaos)
	for _, value := range []struct{ to, from *string }{{&m.Version, &app.Version}, {&m.ChaosVersion, &app.ChaosVersion}, {&m.Upgrade, &app.Upgrade}} {
		if *value.from != "" {
			*value.to = *value.from
		}
	}
	if app.current {
		m.Upgrade = "latest"
	}
	return m
}
