package recipe

// Fault is a part of the recipe that could not be read. The rest of the recipe
// is still there. Messages never quote values of env files: those may be
// secrets.
type Fault struct {
	Code    string // stable slug, one of the Code constants
	Span    Span
	Message string // what was found, what was expected
}

// Codes of faults.
const (
	CodeNoComposeFile  = "no-compose-file"
	CodeUnreadable     = "unreadable"       // the file system failed
	CodeFileTooLarge   = "file-too-large"   // over MaxFileSize
	CodeSymlink        = "symlink"          // the path is, or leads through, a symlink
	CodeNotRegular     = "not-regular"      // a device, a socket, a submodule, a folder
	CodeRecipeTooLarge = "recipe-too-large" // too many files, folders too deep, too many bytes
	CodeYAMLSyntax     = "yaml-syntax"
	CodeYAMLTooLarge   = "yaml-too-large" // too many nodes, too deep, or aliases that grow too far
	CodeYAMLDuplicate  = "yaml-duplicate-key"
	CodeYAMLNoMapping  = "yaml-no-mapping"         // empty, or not a mapping at the top
	CodeYAMLDocuments  = "yaml-multiple-documents" // only the first is read, as Docker does
	CodeEnvSyntax      = "env-syntax"
	CodeEnvTooLarge    = "env-too-large" // too many lines, an expanded value over MaxValueSize, or all over MaxEnvSize
	CodeEnvNesting     = "env-nesting"   // ${A:-${B:-…}} deeper than MaxNesting
	CodeEnvExpansion   = "env-expansion" // a ${…} that has no meaning here
	CodeShellSyntax    = "shell-syntax"
	CodeShellTooLarge  = "shell-too-large"
	CodeDynamicExport  = "dynamic-export" // export X=$(…): known only by executing
	CodeMarkdown       = "markdown"       // README.md could not be parsed
	CodeMetadataOpen   = "metadata-open"  // <!-- metadata --> without <!-- endmetadata -->
)

// maxFaults bounds the faults of one file; a hostile file could have a million.
const maxFaults = 100

// addFault appends f unless the list is full.
func addFault(faults []Fault, f Fault) []Fault {
	if len(faults) >= maxFaults {
		return faults
	}
	return append(faults, f)
}
