package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppVolumeCommand(v *appVerb) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "volume",
		Short: "List and remove an app's volumes",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newVolumeListCommand(v), newVolumeRemoveCommand(v))
	return cmd
}

func newVolumeListCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:   "ls APP",
		Short: "List an app's volumes, on every node that can be reached",
		Long: `ls asks the engine of every node for the volumes that carry the label of the
app's stack. Nodes that cannot be reached are named.`,
		Example: "  catalogue app volume ls cloud.example.com",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, _, list, done, err := v.volumes(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer done()
			return v.printVolumes(list)
		},
	}
}

// volumes finds what volumes an app has. Nodes that did not answer are told of.
func (v *appVerb) volumes(ctx context.Context, domain string) (*deploy.App, *deploy.Deployer, *deploy.VolumeList, func(), error) {
	app, d, done, err := v.reach(ctx, domain)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	list, err := d.Volumes(ctx, app)
	if err != nil {
		done()
		return nil, nil, nil, nil, appError(err)
	}
	for _, node := range list.Unasked {
		v.warn("node %s was not asked, and may have volumes of the app: %s", node.Node, node.Reason)
	}
	return app, d, list, done, nil
}

func (v *appVerb) printVolumes(list *deploy.VolumeList) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(list)
	}
	if len(list.Volumes) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VOLUME\tNODE\tDRIVER\tCREATED\tUSED BY")
	for _, volume := range list.Volumes {
		row(table, volume.Name, volume.Node, volume.Driver, volume.Created, strings.Join(volume.UsedBy, ", "))
	}
	return table.Flush()
}

func newVolumeRemoveCommand(v *appVerb) *cobra.Command {
	deleteData := false
	cmd := &cobra.Command{
		Use:   "rm APP [VOLUME…]",
		Short: "Delete volumes of an app, with all that they hold",
		Long: `rm deletes the named volumes, or all of the app, on every node that has them. It
refuses while a service uses one: undeploy the app first. The data is lost, so it
asks for the app's name; without a terminal it needs --delete-data, and
--no-input does not stand for it.`,
		Example: `  catalogue app volume rm old.example.org
  catalogue app volume rm --delete-data old.example.org cache`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.removeVolumes(cmd.Context(), args[0], args[1:], deleteData)
		},
	}
	cmd.Flags().BoolVar(&deleteData, "delete-data", false, "do not ask: what the volumes hold may be lost")
	return cmd
}

func (v *appVerb) removeVolumes(ctx context.Context, domain string, names []string, deleteData bool) error {
	app, d, list, done, err := v.volumes(ctx, domain)
	if err != nil {
		return err
	}
	defer done()
	chosen, err := list.Choose(app, names)
	if err != nil {
		return appError(err)
	}
	if len(chosen) > 0 {
		question := fmt.Sprintf("All data in %s is lost.", volumeNames(chosen))
		if err := v.confirmData(ctx, app.Domain, question, "--delete-data", deleteData); err != nil {
			return err
		}
	}
	removed, err := d.RemoveVolumes(ctx, chosen)
	return v.removedVolumes(app, removed, appError(err))
}

// removedVolumes says what is gone, also where an error came after it.
func (v *appVerb) removedVolumes(app *deploy.App, removed []deploy.Volume, err error) error {
	switch {
	case v.json && err == nil:
		return json.NewEncoder(v.stdout).Encode(map[string]any{"app": app.Domain, "removed": append([]deploy.Volume{}, removed...)})
	case len(removed) > 0:
		v.say("Deleted %s.", volumeNames(removed))
	case err == nil:
		v.say("There is no volume of %s.", app.Domain)
	}
	return err
}

// volumeNames lists volumes with their nodes.
func volumeNames(list []deploy.Volume) string {
	names := make([]string, len(list))
	for i, volume := range list {
		names[i] = fmt.Sprintf("%s (node %s)", volume.Name, volume.Node)
	}
	return strings.Join(names, ", ")
}
