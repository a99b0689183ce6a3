// Package secret knows which secrets an app needs and makes values for them.
//
// Swarm secrets are immutable and cannot be read back, so their names carry a
// version: <stack>_<name>_<version>. The recipe's compose files give the name,
// with the version in a variable (SECRET_DB_PASSWORD_VERSION by convention);
// the app's env gives the variable, with modifiers in its comment:
//
//	SECRET_DB_PASSWORD_VERSION=v1 # length=64 charset=default,special
//	SECRET_SMTP_PASSWORD_VERSION=v2 # generate=false
package secret

import (
	"errors"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Secret is one external secret of an app.
type Secret struct {
	stack.Secret
	Modifiers
}

// Modifiers say what a generated value looks like.
type Modifiers struct {
	Length   int      // characters; 0: a passphrase
	Charset  []string // names of character sets; empty: default
	Generate bool     // false: a person has to insert it
}

// List returns the external secrets of the stack by key. app is the app's env,
// and may be nil. What its lines do not say about a secret, the recipe's
// .env.sample does, commented lines included.
//
// The list is whole even where the error is not nil; the error joins what the
// modifiers say wrongly, with file and line.
func List(r *recipe.Recipe, s *stack.Stack, app *recipe.EnvFile) ([]Secret, error) {
	var list []Secret
	var errs []error
	for _, needed := range s.ExternalSecrets(r, app, r.EnvSample) {
		m, err := modifiers(needed.Lines)
		errs = append(errs, err)
		list = append(list, Secret{needed, m})
	}
	return list, errors.Join(errs...)
}

// Find returns the secret that an operator means: by short name, by key or by
// the name in the swarm. Where none matches it returns false.
func Find(list []Secret, name string) (Secret, bool) {
	for _, is := range []func(Secret) bool{
		func(s Secret) bool { return s.Short == name },
		func(s Secret) bool { return s.Key == name },
		func(s Secret) bool { return s.Name == name },
	} {
		for _, s := range list {
			if is(s) {
				return s, true
			}
		}
	}
	return Secret{}, false
}

// NameFor returns the swarm name of another version of the secret.
func (s Secret) NameFor(version string) string {
	if s.Version == "" {
		return strings.TrimSuffix(s.Name, "_") + "_" + version
	}
	return strings.TrimSuffix(s.Name, s.Version) + version
}
