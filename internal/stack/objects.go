package stack

// Network is a top-level network. Name is verbatim where `name:` says so, else "" (scoped by
// convert as <stack>_<key>); an external network's Name is filled in.
type Network struct {
	Key, Name, Driver    string
	External             bool
	Attachable, Internal bool
	EnableIPv6           *bool
	DriverOpts, Labels   map[string]string
	IPAM                 *IPAM
	Implicit             bool // `default`, not written in any file
}

type IPAM struct {
	Driver  string
	Subnets []string
}

type Volume struct {
	Key, Name, Driver  string
	External           bool
	DriverOpts, Labels map[string]string
}

// Object is a top-level secret or config.
type Object struct {
	Key, Name              string
	External               bool
	File                   string // path inside the recipe, cleaned; "" where there is none
	Content                []byte // File's bytes, read through the recipe's FS
	Driver, TemplateDriver string
	DriverOpts, Labels     map[string]string
}
