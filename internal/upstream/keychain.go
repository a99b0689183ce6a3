package upstream

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
)

// keychain finds credentials where docker login put them: ~/.docker/config.json and
// its helpers. Most images are public, so where the credentials cannot be read the
// registry is asked without, and the failure counts only if it then refuses.
type keychain struct {
	anonymous bool
	mu        sync.Mutex
	failures  map[string]error // by registry
}

func (k *keychain) Resolve(target authn.Resource) (authn.Authenticator, error) {
	return k.ResolveContext(context.Background(), target)
}

const helperTimeout = 15 * time.Second

var errStuck = fmt.Errorf("the credential helper gave no answer in %s", helperTimeout)

// ResolveContext does not wait for ever: a helper may ask for a password on a screen
// that nobody sees. The library asks one at a time, so behind one that hangs nobody
// is asked again.
func (k *keychain) ResolveContext(ctx context.Context, target authn.Resource) (authn.Authenticator, error) {
	if k.anonymous || k.failure(anyRegistry) != nil {
		return authn.Anonymous, nil
	}
	type answer struct {
		authenticator authn.Authenticator
		err           error
	}
	found := make(chan answer, 1)
	go func() {
		authenticator, err := authn.DefaultKeychain.Resolve(target)
		found <- answer{authenticator, err}
	}()
	select {
	case a := <-found:
		if a.err == nil {
			return a.authenticator, nil
		}
		k.fail(target.RegistryStr(), a.err)
	case <-time.After(helperTimeout):
		k.fail(anyRegistry, errStuck)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return authn.Anonymous, nil
}

// anyRegistry stands for all of them among the failures.
const anyRegistry = ""

func (k *keychain) fail(registry string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failures[registry] = err
}

func (k *keychain) failure(registry string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.failures[anyRegistry]; err != nil {
		return err
	}
	return k.failures[registry]
}
