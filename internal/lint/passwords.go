package lint

import (
	"regexp"
	"strings"
)

var (
	// The last word of a name says what its value is: TOKEN_LIFETIME is none.
	secretKey = regexp.MustCompile(`(?i)(^|[_.-])(password|passwd|passphrase|pass|pwd|pw|secret|token|api_?key|secret_?key|private_?key|` +
		`encryption_?key|jwt_?key|secret_access_?key|auth_?key|secret_key_base|salt)$`)
	passwordKey = regexp.MustCompile(`(?i)(password|passwd|passphrase|pass|pwd|pw)$`)
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
	switch {
	case !secretKey.MatchString(key), settingKey.MatchString(key):
		return false
	case value == "", switches.MatchString(value), pathOrURL.MatchString(value), placeholder.MatchString(value), strings.Contains(value, "{{"):
		return false
	}
	return passwordKey.MatchString(key) || !version.MatchString(value)
}
