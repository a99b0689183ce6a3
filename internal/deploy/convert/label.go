package convert

import "maps"

// labels returns a copy with the stack's mark, by which every tool finds what
// belongs to the stack.
func (c *converter) labels(own map[string]string) map[string]string {
	labels := make(map[string]string, len(own)+2)
	maps.Copy(labels, own)
	labels[LabelNamespace] = c.Name
	return labels
}

// serviceLabels are the deploy labels; service app also gets those of the
// deploy itself.
func (s service) serviceLabels() map[string]string {
	labels := s.labels(s.Deploy.Labels)
	if s.Key == appService {
		maps.Copy(labels, s.opts.Labels)
		labels[LabelNamespace] = s.Name
	}
	labels[LabelImage] = s.Image
	return labels
}
