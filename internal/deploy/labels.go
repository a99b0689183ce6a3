package deploy

import "context"

// ServiceLabels are the labels of one service that runs: what routers, backups and
// other tools go by.
type ServiceLabels struct {
	Service string            `json:"service"`
	Labels  map[string]string `json:"labels"`
}

// Labels lists the labels of an app's services, by service. Password hashes of
// routers are hidden.
func (d *Deployer) Labels(ctx context.Context, app *App) ([]ServiceLabels, error) {
	if err := d.Swarm.CheckManager(ctx); err != nil {
		return nil, refused(err)
	}
	services, err := d.Swarm.Services(ctx, app.StackName())
	if err != nil {
		return nil, refused(err)
	}
	list := []ServiceLabels{}
	for _, service := range services {
		labels := map[string]string{}
		for name, value := range service.Spec.Labels {
			if secretive(name, value) {
				value = hidden
			}
			labels[name] = value
		}
		list = append(list, ServiceLabels{service.Spec.Name, labels})
	}
	return list, nil
}
