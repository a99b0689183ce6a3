package stack

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
)

// external decodes `external: true`, or the old `external: {name: …}`.
func external(v *value) (isExternal bool, name string) {
	e := v.get("external")
	if e != nil && e.kind == mapping {
		return true, e.get("name").str()
	}
	return flag(e), ""
}

// objectName is the name of a network, volume, secret or config where it is not
// made from the stack's name.
func (d *decoder) objectName(key string, v *value, path string) (name string, isExternal bool) {
	name = v.get("name").str()
	isExternal, old := external(v)
	if old != "" && name != "" {
		d.conflict(v.get("external"), path, "external.name and name exclude each other; keep name")
	}
	if isExternal {
		name = cmp.Or(old, name, key)
	}
	return name, isExternal
}

func (d *decoder) conflict(v *value, path, message string) {
	d.report(Diagnostic{
		Code: CodeConflict, Span: v.span, Via: v.via, Path: path, Docker: Refuse, Engine: Refuse, Message: message,
	})
}

func (d *decoder) network(key string, v *value, path string) *Network {
	n := &Network{
		Key:        key,
		Driver:     v.get("driver").str(),
		Attachable: flag(v.get("attachable")),
		Internal:   flag(v.get("internal")),
		DriverOpts: d.mapping(v.get("driver_opts"), join(path, "driver_opts")),
		Labels:     d.mapping(v.get("labels"), join(path, "labels")),
		IPAM:       d.ipam(v.get("ipam"), join(path, "ipam")),
	}
	n.Name, n.External = d.objectName(key, v, path)
	if v6 := v.get("enable_ipv6"); v6 != nil {
		n.EnableIPv6 = new(flag(v6))
	}
	return n
}

func (d *decoder) ipam(v *value, path string) *IPAM {
	if v == nil {
		return nil
	}
	settings := &IPAM{Driver: v.get("driver").str(), Options: d.mapping(v.get("options"), join(path, "options"))}
	for i, pool := range v.get("config").items() {
		settings.Pools = append(settings.Pools, Pool{
			Subnet:       pool.get("subnet").str(),
			Gateway:      pool.get("gateway").str(),
			IPRange:      pool.get("ip_range").str(),
			AuxAddresses: d.mapping(pool.get("aux_addresses"), fmt.Sprintf("%s.config.%d.aux_addresses", path, i)),
		})
	}
	return settings
}

func (d *decoder) volume(key string, v *value, path string) *Volume {
	vol := &Volume{
		Key:        key,
		Driver:     v.get("driver").str(),
		DriverOpts: d.mapping(v.get("driver_opts"), join(path, "driver_opts")),
		Labels:     d.mapping(v.get("labels"), join(path, "labels")),
	}
	vol.Name, vol.External = d.objectName(key, v, path)
	if vol.External && (vol.Driver != "" || len(vol.DriverOpts) > 0 || len(vol.Labels) > 0) {
		d.conflict(v, path, "an external volume has its own driver, driver_opts and labels; remove them here")
	}
	return vol
}

func (d *decoder) secret(key string, v *value, path string) *Object {
	return d.object(key, v, path)
}

func (d *decoder) config(key string, v *value, path string) *Object {
	return d.object(key, v, path)
}

// object decodes a secret or config and reads its file.
func (d *decoder) object(key string, v *value, path string) *Object {
	o := &Object{
		Key:            key,
		Driver:         v.get("driver").str(),
		TemplateDriver: v.get("template_driver").str(),
		DriverOpts:     d.mapping(v.get("driver_opts"), join(path, "driver_opts")),
		Labels:         d.mapping(v.get("labels"), join(path, "labels")),
	}
	o.Name, o.External = d.objectName(key, v, path)
	file := v.get("file")
	switch {
	case o.External:
	case o.Driver != "" && file.str() != "":
		d.conflict(v, path, "driver and file exclude each other; keep one of them")
	case o.Driver != "":
	case v.get("content") != nil:
		o.Content = []byte(v.get("content").str())
	case v.get("environment") != nil:
		text, _ := d.lookup(v.get("environment").str())
		o.Content = []byte(text)
	case file.str() == "":
		d.missingFile(v, path, "neither file nor external is said; write external: true, or name a file of the recipe")
	default:
		d.content(o, file, join(path, "file"))
	}
	return o
}

// content reads the file of a config or secret, inside the recipe only.
func (d *decoder) content(o *Object, file *value, path string) {
	inside, ok := d.insideTree(file.str())
	if !ok {
		d.report(Diagnostic{
			Code: CodeOutsideTree, Span: file.span, Via: file.via, Path: path, Docker: Accept, Engine: Refuse,
			Message: "it must be a file of the recipe, named by a relative path",
		})
		return
	}
	o.File = inside
	data, err := d.contentOf(inside)
	switch {
	case err == nil:
		o.Content = data
	case errors.Is(err, fs.ErrNotExist):
		d.missingFile(file, path, fmt.Sprintf("the file %q is not in the recipe; add it", inside))
	default:
		d.report(Diagnostic{
			Code: CodeUnreadable, Span: file.span, Via: file.via, Path: path, Docker: Accept, Engine: Refuse,
			Message: err.Error(),
		})
	}
}

func (d *decoder) missingFile(v *value, path, message string) {
	d.report(Diagnostic{
		Code: CodeFileMissing, Span: v.span, Via: v.via, Path: path, Message: message, Docker: Refuse, Engine: Refuse, Late: true,
	})
}
