package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppRemoveCommand(v *appVerb) *cobra.Command {
	deleteData := false
	cmd := &cobra.Command{
		Use:   "remove APP",
		Short: "Remove what an undeployed app has left: env file, secrets, history, volumes",
		Long: `remove takes an app off this machine and off its server: the env file, the
secrets that it gives versions to, and the app's history. It refuses while the app
is deployed.

Volumes are deleted only on a word of their own: the app's name typed on a
terminal, or --delete-data; --no-input does not stand for it. What stays is named.`,
		Example: `  catalogue app remove old.example.org
  catalogue app remove -n --delete-data test.example.org`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return v.remove(cmd.Context(), args[0], deleteData) },
	}
	cmd.Flags().BoolVar(&deleteData, "delete-data", false, "delete the volumes too, with all that they hold")
	return cmd
}

func (v *appVerb) remove(ctx context.Context, domain string, deleteData bool) error {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	estate, err := d.Estate(ctx, app)
	if err != nil {
		return appError(err)
	}
	v.tellEstate(estate)
	if err := v.confirm(ctx, fmt.Sprintf("Remove app %s from server %s and from this machine?", app.Domain, app.Server)); err != nil {
		return err
	}
	data, err := v.alsoData(ctx, estate, deleteData)
	if err != nil {
		return err
	}
	screen := newScreen(v)
	d.Progress = screen.show
	err = d.Discard(ctx, estate, data, v.lockWait())
	screen.done()
	if err != nil {
		return appError(err)
	}
	return v.tellRemoved(estate, data)
}

func (v *appVerb) tellEstate(e *deploy.Estate) {
	v.say("- remove env file: %s", e.Path)
	for _, kind := range []struct {
		what  string
		names []string
	}{{"secrets, which cannot be had again", e.Secrets}, {"what an undeploy left", e.Objects}} {
		if len(kind.names) > 0 {
			v.say("- remove %s: %s", kind.what, strings.Join(kind.names, ", "))
		}
	}
	if e.Releases > 0 {
		v.say("- remove its history of %d releases", e.Releases)
	}
	if len(e.Volumes) > 0 {
		v.say("! volumes with data: %s", volumeNames(e.Volumes))
	}
}

// alsoData reports whether the volumes go too.
func (v *appVerb) alsoData(ctx context.Context, e *deploy.Estate, deleteData bool) (bool, error) {
	_, typing := v.keyboard()
	if len(e.Volumes) == 0 || deleteData || v.noInput || !typing {
		return deleteData, nil
	}
	answer, err := v.readLine(ctx, fmt.Sprintf("Type %s to delete the volumes as well, with all their data; Enter keeps them: ", e.App))
	switch {
	case err == nil && answer == e.App:
		return true, nil
	case err == nil && answer == "":
		return false, nil
	}
	return false, refusedf("not confirmed; nothing was changed")
}

// tellRemoved says what is gone, and names what is not.
func (v *appVerb) tellRemoved(e *deploy.Estate, data bool) error {
	kept := e.Volumes
	if data {
		kept = []deploy.Volume{}
	}
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{
			"app": e.App, "removed": e, "data_deleted": data, "kept_volumes": kept, "kept_secrets": e.Similar, "unasked_nodes": e.Unasked,
		})
	}
	v.say("%s is removed.", e.App)
	if len(kept) > 0 {
		v.say("Kept: %s. Delete them with: docker volume rm NAME, on that node", volumeNames(kept))
	}
	for _, node := range e.Unasked {
		v.say("Node %s was not asked, and may have volumes: docker volume ls --filter label=com.docker.stack.namespace=%s (%s)", node.Node, e.Stack, node.Reason)
	}
	if len(e.Similar) > 0 {
		v.say("Kept, for they may be another app's: secrets %s", strings.Join(e.Similar, ", "))
	}
	return nil
}
