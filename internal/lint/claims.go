package lint

import (
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// claim gives the diagnostics of one code to a rule.
type claim struct {
	rule  string
	code  string                      // "": of any code
	match func(stack.Diagnostic) bool // nil: all of them
}

// claims share the diagnostics out: the first that matches takes one, so that no
// fault is found by two rules. What no rule names is left to R102 to R106.
var claims = []claim{
	{"R125", stack.CodeUnknownKey, at(`^configs\..+\.(content|environment)$`)},
	{"R126", stack.CodeUnknownKey, at(`^secrets\..+\.environment$`)},
	{"R110", stack.CodeUnknownKey, nil},
	{"R111", stack.CodeForbiddenKey, nil},
	{"R112", stack.CodeLongForm, at(`\.depends_on$`)},
	{"R124", stack.CodeLongForm, at(`\.env_file\.`)},
	{"R113", stack.CodeDroppedKey, at(`^services\..+\.depends_on$`)},
	{"R116", stack.CodeDroppedKey, at(`^services\..+\.ports\.[0-9]+$`)},
	{"R153", stack.CodeDroppedKey, at(`^services\.[^.]+\.tmpfs$`)},
	{"R115", stack.CodeIgnoredKey, isHardening},
	{"R114", stack.CodeIgnoredKey, nil},
	{"R114", stack.CodeDeprecatedKey, dockerDoes(stack.Ignore)},
	{"R114", stack.CodeDroppedKey, nil},
	{"R117", stack.CodeVersionMismatch, nil},
	{"R118", stack.CodeVersion, nil},
	{"R119", stack.CodeNewerKey, nil},
	{"R120", stack.CodeNonStringKey, nil},
	{"R120", stack.CodeWrongType, engineDoes(stack.Accept)},
	{"R121", stack.CodeWrongType, nil},
	{"R122", stack.CodeInvalidValue, at(`\.order$`)},
	{"R122", stack.CodeInvalidSetting, isWord},
	{"R123", stack.CodeInvalidValue, dockerDoes(stack.Refuse)},
	{"R127", stack.CodeYAMLTag, nil},
	{"R128", recipe.CodeYAMLDuplicate, nil},
	{"R129", stack.CodeUndefinedNetwork, nil},
	{"R130", stack.CodeUndefinedVolume, nil},
	{"R131", stack.CodeUndefinedSecret, nil},
	{"R132", stack.CodeUndefinedConfig, nil},
	{"R138", stack.CodeScalarMangled, nil},
	{"R139", stack.CodeInterpolation, dockerDoes(stack.Mangle)}, // Docker forgets an error that another ${…} follows
	{"R140", stack.CodeInterpolation, dockerDoes(stack.Refuse)},
	{"R141", stack.CodeRequiredVariable, dockerDoes(stack.Refuse)},
	{"R142", stack.CodeUnsetVariable, nil}, // or R139
	{"R143", stack.CodeSubstitution, nil},  // or R139
	{"R146", stack.CodeNameTooLong, nil},
	{"R147", stack.CodeInvalidName, nil},
	{"R148", stack.CodeObjectSize, nil},
	{"R149", stack.CodeFileMissing, isLate},
	{"R150", stack.CodeFileMissing, nil},
	{"R150", stack.CodeEnvFile, nil},
	{"R151", stack.CodeInvalidImage, nil},
	{"R152", stack.CodeInvalidSetting, at(`\.healthcheck\.test$`)},
	{"R154", stack.CodeMergeIgnored, nil},
	{"R155", stack.CodeMergeLost, nil},
	{"R156", stack.CodeWindowsDrive, nil},
	{"R158", stack.CodeDuplicateItem, nil},
	{"R159", stack.CodeRelativeBind, nil},

	{"R103", "", func(d stack.Diagnostic) bool { return d.Docker == stack.Refuse && d.Late }},
	{"R102", "", dockerDoes(stack.Refuse)},
	{"R106", "", engineDoes(stack.Refuse)},
	{"R104", "", dockerDoes(stack.Mangle)},
	{"R105", "", dockerDoes(stack.Ignore)},
}

// claimant is the rule that reports the diagnostic; "" where none does.
func (in *Input) claimant(v *Variant, d stack.Diagnostic) string {
	i := slices.IndexFunc(claims, func(c claim) bool {
		return (c.code == "" || c.code == d.Code) && (c.match == nil || c.match(d))
	})
	switch {
	case i < 0:
		return ""
	case d.Code == stack.CodeUnsetVariable && len(in.shellVariables(v, d)) > 0,
		d.Code == stack.CodeSubstitution && len(in.invalidDollars(d)) > 0:
		return "R139"
	}
	return claims[i].rule
}

func at(pattern string) func(stack.Diagnostic) bool {
	path := regexp.MustCompile(pattern)
	return func(d stack.Diagnostic) bool { return path.MatchString(d.Path) }
}

func dockerDoes(effect stack.Effect) func(stack.Diagnostic) bool {
	return func(d stack.Diagnostic) bool { return d.Docker == effect }
}

func engineDoes(effect stack.Effect) func(stack.Diagnostic) bool {
	return func(d stack.Diagnostic) bool { return d.Engine == effect }
}

func isLate(d stack.Diagnostic) bool { return d.Late }

func lastKey(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// isWord matches settings that must be one of a few words.
func isWord(d stack.Diagnostic) bool {
	words := []string{"mode", "endpoint_mode", "failure_action", "condition", "restart"}
	return d.Docker == stack.Refuse && slices.Contains(words, lastKey(d.Path))
}
