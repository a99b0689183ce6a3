package release

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// Labels of our configs. LabelStack is on each of them.
const (
	LabelStack = "tech.coopcloud.stack"

	labelRelease  = "tech.coopcloud.release"
	labelResult   = "tech.coopcloud.result"
	labelFinished = "tech.coopcloud.finished"
	labelError    = "tech.coopcloud.error"

	labelLock     = "tech.coopcloud.lock" // the holder's token
	labelWho      = "tech.coopcloud.lock.who"
	labelWhy      = "tech.coopcloud.lock.why"
	labelSince    = "tech.coopcloud.lock.since"
	labelBeat     = "tech.coopcloud.lock.beat"
	labelTTL      = "tech.coopcloud.lock.ttl" // milliseconds
	labelReleased = "tech.coopcloud.lock.released"
)

// maxName is Swarm's limit for the name of a config.
const maxName = 64

func recordName(stack string, number int) string {
	return name(stack, ".release."+strconv.Itoa(number))
}

func lockName(stack string) string { return name(stack, ".lock") }

// name cuts the stack's name where it has to, and keeps it unique by its hash.
func name(stack, end string) string {
	if len(stack)+len(end) <= maxName {
		return stack + end
	}
	sum := sha256.Sum256([]byte(stack))
	end = "." + hex.EncodeToString(sum[:4]) + end
	return strings.TrimRight(stack[:maxName-len(end)], "-_.") + end
}
