// Package swarm talks to one Docker swarm: it is the only holder of a Docker
// client. It says what a swarm holds and changes one object at a time; what to
// change is decided by package deploy.
package swarm
