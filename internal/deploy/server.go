package deploy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docker/docker/api/types/swarm"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Server is one folder of the operator's servers.
type Server struct {
	Name string   `json:"name"`
	Apps []string `json:"apps"` // domains
}

// Servers lists the folders under servers, which may be symlinks, by name.
func Servers(dir string) ([]Server, error) {
	folder := filepath.Join(dir, "servers")
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, refused(err)
	}
	list := []Server{}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		server := Server{Name: entry.Name(), Apps: []string{}}
		files, err := os.ReadDir(path)
		if err != nil {
			return nil, refused(err)
		}
		for _, file := range files {
			if domain, isEnv := strings.CutSuffix(file.Name(), ".env"); isEnv && domain != "" {
				server.Apps = append(server.Apps, domain)
			}
		}
		list = append(list, server)
	}
	return list, nil
}

// FindServer returns the server of that name; ErrRefused where there is none.
func FindServer(dir, name string) (Server, error) {
	list, err := Servers(dir)
	if err != nil {
		return Server{}, err
	}
	at := slices.IndexFunc(list, func(s Server) bool { return s.Name == name })
	if at < 0 {
		return Server{}, refused(fmt.Errorf("no server %s under %s; add it with: catalogue server add HOST --name %[1]s", name, filepath.Join(dir, "servers")))
	}
	return list[at], nil
}

// AddServer makes the folder of a server.
func AddServer(dir, name string) (path string, err error) {
	if err := validName("a server", name); err != nil {
		return "", err
	}
	path = filepath.Join(dir, "servers", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", refused(err)
	}
	err = os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return "", refused(fmt.Errorf("server %s is there already: %s", name, path))
	}
	if err != nil {
		return "", refused(err)
	}
	return path, nil
}

// Health is what a server check finds.
type Health struct {
	engine.About
	Proxy    bool          `json:"proxy"` // the network that apps share with the web proxy
	Nodes    []NodeHealth  `json:"nodes"`
	Disk     *engine.Usage `json:"disk"` // of the node that answers; nil where it would not say
	Problems []string      `json:"problems"`
}

// NodeHealth is one node of a swarm.
type NodeHealth struct {
	Name         string `json:"name"`
	Role         string `json:"role"`
	State        string `json:"state"`
	Availability string `json:"availability"`
	Version      string `json:"version"`
	CPUs         int64  `json:"cpus"`
	Memory       int64  `json:"memory"` // bytes
}

// CheckServer asks a server for all that a deploy needs of it.
func CheckServer(ctx context.Context, client *engine.Client) (*Health, error) {
	about, err := client.About(ctx)
	if err != nil {
		return nil, refused(err)
	}
	h := &Health{About: about, Nodes: []NodeHealth{}, Problems: []string{}}
	if err := client.CheckManager(ctx); err != nil {
		h.Problems = append(h.Problems, err.Error())
		return h, nil
	}
	if err := h.askSwarm(ctx, client); err != nil {
		return nil, refused(err)
	}
	if usage, err := client.Usage(ctx); err == nil {
		h.Disk = &usage
	} else {
		h.Problems = append(h.Problems, fmt.Sprintf("the engine does not say how full its disk is: %v", err))
	}
	return h, nil
}

func (h *Health) askSwarm(ctx context.Context, client *engine.Client) error {
	networks, err := client.Networks(ctx)
	if err != nil {
		return err
	}
	nodes, err := client.Nodes(ctx)
	if err != nil {
		return err
	}
	proxy, found := swarmNetwork(networks, "proxy")
	if h.Proxy = found && proxy.Scope == "swarm"; !h.Proxy {
		h.Problems = append(h.Problems, "there is no overlay network proxy, which most recipes join; run: docker network create -d overlay proxy")
	}
	managers := 0
	for _, node := range nodes {
		h.addNode(node)
		if node.ManagerStatus != nil {
			managers++
		}
	}
	if managers == 2 {
		h.Problems = append(h.Problems, "of two managers neither can be lost: have one, or three")
	}
	return nil
}

func (h *Health) addNode(node swarm.Node) {
	n := NodeHealth{
		Name: node.Description.Hostname, Role: string(node.Spec.Role), State: string(node.Status.State),
		Availability: string(node.Spec.Availability), Version: node.Description.Engine.EngineVersion,
		CPUs: node.Description.Resources.NanoCPUs / 1e9, Memory: node.Description.Resources.MemoryBytes,
	}
	h.Nodes = append(h.Nodes, n)
	if node.Status.State != swarm.NodeStateReady {
		h.Problems = append(h.Problems, fmt.Sprintf("node %s is %s %s", n.Name, n.State, node.Status.Message))
	} else if node.Spec.Availability != swarm.NodeAvailabilityActive {
		h.Problems = append(h.Problems, fmt.Sprintf("node %s takes no tasks: its availability is %s", n.Name, n.Availability))
	}
}
