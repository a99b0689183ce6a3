package stack

import "coopcloud.tech/catalogue/internal/recipe"

// Effect is what becomes of a part of a compose file.
type Effect string

const (
	Accept Effect = "accept" // works as written
	Ignore Effect = "ignore" // silently or loudly dropped
	Mangle Effect = "mangle" // used, but not as written
	Refuse Effect = "refuse" // the whole deploy fails
)

// Diagnostic is one fault of a stack.
type Diagnostic struct {
	Code    string      // stable slug, one of the Code constants or a recipe.Fault's code
	Span    recipe.Span // where the faulty text stands
	Via     recipe.Span // where an alias or a merge key brings that text in; zero without one
	Path    string      // canonical, dotted: services.app.ports.0
	Message string      // what was found, what was expected, what to do
	Docker  Effect      // what docker stack deploy does
	Engine  Effect      // what our engine does
	Late    bool        // Docker's loader passes it: only conversion or the engine finds it
}

// The codes of single files.
const (
	CodeUnreadable       = "unreadable"        // the file is missing or too large; broken YAML has the code of its recipe.Fault
	CodeNonStringKey     = "non-string-key"    //
	CodeYAMLTag          = "yaml-tag"          // !reset and the like, unknown to Docker
	CodeScalarMangled    = "scalar-mangled"    // 0777, 1.10, 1e3, 2024-01-01
	CodeVersion          = "version"           // unsupported, or not a string
	CodeVersionMismatch  = "version-mismatch"  // two files disagree
	CodeNewerKey         = "newer-key"         // known, but not to the version the file declares
	CodeUnknownKey       = "unknown-key"       //
	CodeForbiddenKey     = "forbidden-key"     //
	CodeIgnoredKey       = "ignored-key"       // dropped, Docker says so
	CodeDeprecatedKey    = "deprecated-key"    // dropped, Docker says so
	CodeDroppedKey       = "dropped-key"       // dropped without a word
	CodeMissingKey       = "missing-key"       // a required key
	CodeWrongType        = "wrong-type"        //
	CodeLongForm         = "long-form"         // compose-spec's mapping, where Docker takes a list or a string
	CodeInvalidValue     = "invalid-value"     // right type, wrong value
	CodeDuplicateItem    = "duplicate-item"    // a list whose items must differ
	CodeInterpolation    = "interpolation"     // ${…} that does not parse
	CodeRequiredVariable = "required-variable" // ${X:?…} without a value
	CodeUnsetVariable    = "unset-variable"    // becomes empty
	CodeSubstitution     = "substitution"      // Docker and our engine read the ${…} differently
	CodeWindowsDrive     = "windows-drive"     // a volume of one letter, which Docker takes for C:
	CodeOutsideTree      = "outside-tree"      // a path that leaves the recipe
	CodeFileMissing      = "file-missing"      // env_file, or file of a config or secret
	CodeEnvFile          = "env-file"          // a line that is no assignment
	CodeMergeIgnored     = "merge-ignored"     // an overlay's false, 0 or "" that overrides nothing
	CodeMergeLost        = "merge-lost"        // what Docker's merge loses or breaks, and ours keeps
	CodeConflict         = "conflict"          // keys that exclude each other
	CodeTooMany          = "too-many"          // others are not kept
)

// The codes of the merged stack; all are Late.
const (
	CodeMissingImage     = "missing-image"
	CodeInvalidImage     = "invalid-image"
	CodeUndefinedNetwork = "undefined-network"
	CodeUndefinedVolume  = "undefined-volume"
	CodeUndefinedSecret  = "undefined-secret"
	CodeUndefinedConfig  = "undefined-config"
	CodeNameTooLong      = "name-too-long"
	CodeInvalidName      = "invalid-name"
	CodeInvalidSetting   = "invalid-setting" // a value that conversion or the engine refuses
	CodeRelativeBind     = "relative-bind"   // a bind source on the operator's machine
	CodeObjectSize       = "object-size"     // an empty secret, a config beyond the engine's limit
)
