package lint

import (
	"regexp"
	"slices"
	"strings"
)

// passwordWords and secretWords end the names of secrets, alone or behind a separator:
// the last word of a name says what its value is, and TOKEN_LIFETIME is none. They are
// lists since every variable of every variant is asked about: as a regular expression
// they took a tenth of a run.
var (
	passwordWords = []string{"passphrase", "pass", "pwd", "pw", "dbpass"}
	gluedWords    = []string{"password", "passwd", "clientsecret"} // no other word ends like these
	secretWords   = []string{
		"secret", "token", "salt", "secret_key_base", "secret_access_key", "api_key", "apikey", "secret_key", "secretkey", "private_key", "privatekey",
		"encryption_key", "encryptionkey", "jwt_key", "jwtkey", "auth_key", "authkey",
	}
)

var (
	// Settings about passwords end like them.
	settingKey = regexp.MustCompile(`(?i)(^|_)(allow|random|require|enable|disable|use|show|hide|forgot|reset|change|force|no)(_|$)`)
	// user:password@ of an address.
	urlPassword = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/:@\s]*:([^/@\s]+)@`)
	switches    = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|none|null|nil|default|required|optional|disabled|enabled|auto)$`)
	pathOrURL   = regexp.MustCompile(`^((file:)?/|\./|~/|[a-zA-Z][a-zA-Z0-9+.-]*://)`)
	version     = regexp.MustCompile(`^v?[0-9]{1,3}$`)
	// placeholder is what an operator is to replace.
	placeholder = regexp.MustCompile(`(?i)^[<\[{*]|^(x{3,}([ _-]x+)*|\.{3}|\?+)$`)
)

// isPassword reports whether a variable's value is a password: by its name, or as
// part of an address.
func isPassword(key, value string) bool {
	value = strings.TrimSpace(value)
	if strings.Contains(value, "://") {
		if m := urlPassword.FindStringSubmatch(value); m != nil {
			return !placeholder.MatchString(m[1])
		}
	}
	name := strings.ToLower(key)
	password := endsIn(name, passwordWords) || slices.ContainsFunc(gluedWords, func(word string) bool { return strings.HasSuffix(name, word) })
	switch {
	case !password && !endsIn(name, secretWords), settingKey.MatchString(key):
		return false
	case value == "", switches.MatchString(value), pathOrURL.MatchString(value), placeholder.MatchString(value), strings.Contains(value, "{{"):
		return false
	}
	return password || !version.MatchString(value)
}

// endsIn reports whether the last word of the name is one of the words.
func endsIn(name string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		rest, ends := strings.CutSuffix(name, word)
		return ends && (rest == "" || strings.ContainsAny(rest[len(rest)-1:], "_.-"))
	})
}
