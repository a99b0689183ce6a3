package deploy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A proxy that lists the tasks every 15 s, as Traefik's swarm provider does, goes
// on asking a task that is gone. What a recipe can do about it is in
// docs/deploy.md, with what these cases lost. They may lose only what is said
// here; without CATALOGUE_SOAK the proxy looks every 3 s, and only one case is run.
func TestUpgradeBehindAProxyThatLags(t *testing.T) {
	every := 3 * time.Second
	if soak {
		every = 15 * time.Second
	}
	grace := "stop_grace_period: " + (every + time.Second).String()
	cases := []struct {
		name  string
		short bool // also without CATALOGUE_SOAK
		every time.Duration
		swaps []string
		lost  bool // some may be
	}{
		{"Plain", false, every, nil, true},
		{"PlainQuick", false, time.Second, nil, false},
		{"DrainLag", true, every, []string{"stop_grace_period: 1s\n    deploy:\n      endpoint", "stop_signal: SIGCONT\n    " + grace + "\n    deploy:\n      endpoint"}, false},
		{"TwoLag", false, every, []string{"endpoint_mode", "replicas: 2\n      endpoint_mode", "order:", fmt.Sprintf("parallelism: 1, delay: %s, order:", every+time.Second)}, true},
		{"TwoDrainLag", false, every, []string{
			"stop_grace_period: 1s\n    deploy:\n      endpoint", "stop_signal: SIGCONT\n    " + grace + "\n    deploy:\n      replicas: 2\n      endpoint",
		}, false},
	}
	for _, c := range cases {
		if !c.short && !soak {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "")
			r.image("tiny:2")
			text := strings.NewReplacer(c.swaps...).Replace(r.viaProxy(traffic, c.every))
			before := r.underLoad(text)
			began := time.Now()
			r.mustDeploy(at("2.0.0+2", with(text, "  app:\n    image: tiny:1", "  app:\n    image: tiny:2")))
			r.until("on the new version", func(s served) bool { return strings.TrimSpace(s.Last) == "tiny:2" })
			// The proxy's next look comes, and the old task is gone for good.
			end := time.Now().Add(c.every + 2*time.Second)
			after := r.until("through", func(s served) bool { return s.Sent-before.Sent >= requests() && time.Now().After(end) })
			t.Logf("proxy every %s: %d of %d requests lost in %s: %v", c.every, after.Lost, after.Sent-before.Sent, time.Since(began).Round(time.Second), after.Errors)
			if after.Lost != 0 && !c.lost {
				t.Errorf("%d of %d requests lost: %v", after.Lost, after.Sent, after.Errors)
			}
		})
	}
}
