// Package release keeps, inside a swarm, what was deployed to each stack and
// who is at work on it: release records, and one lock for each stack. Both are
// Swarm configs. They need no server and no shared folder, and every manager
// has them.
//
// A record's bytes say what was sent and never change. How it ended stands in
// labels, which Swarm lets change, under a version index. Records carry no stack
// namespace label: whatever tool removes the stack leaves its history.
package release
