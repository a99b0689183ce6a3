// Package deploy runs apps on a swarm.
//
// An app is one .env file of an operator; a recipe says what it is made of.
// Together they become specs (Prepare). A swarm is observed, and a pure
// function compares the two: its result is the Plan, a value that says all
// that would be done and why. Only then is anything written (Apply), waited
// for until it is healthy, and put back as it was where it does not get there.
//
//	App + Source ─► Desired ─┐
//	                         ├─► Plan ─► apply ─► wait ─► prune
//	swarm ─► State ──────────┘             └─► undo
package deploy
