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

// IPAM is how a network gets its addresses.
type IPAM struct {
	Driver  string
	Options map[string]string
	Pools   []Pool
}

// Pool is one address range of a network. Docker takes only the subnet.
type Pool struct {
	Subnet, Gateway, IPRange string
	AuxAddresses             map[string]string // addresses that no task gets, by a name
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
