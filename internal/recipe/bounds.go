package recipe

// Bounds of what is read.
const (
	MaxFileSize  = 1 << 20  // bytes of one file
	MaxValueSize = 64 << 10 // bytes of one expanded env value
	MaxEnvSize   = 1 << 20  // bytes of all expanded keys and values together
	MaxNesting   = 16       // depth of ${A:-${B:-…}}
)

const (
	maxEntries    = 10_000  // files and folders looked at in one recipe
	maxDepth      = 16      // folders below the recipe's
	maxOverlays   = 500     // compose files beside compose.yml; bonfire has 18
	maxRecipeSize = 8 << 20 // bytes read for one recipe
	maxEnvLines   = 10_000  // assignments of one env file
	maxNotes      = 1_000   // release notes

	maxNodes      = 50_000  // YAML nodes of one file with every alias expanded
	maxTokens     = 100_000 // YAML indicators of one file, before it is parsed
	maxYAMLDepth  = 100     // nesting with every alias expanded
	maxYAMLSize   = 4 << 20 // bytes of all scalars with every alias expanded
	maxTotalNodes = 200_000 // YAML nodes of one recipe

	// The shell parser backtracks: 64 KiB of "(" take it 1.5 s, half of that a
	// quarter. Real abra.sh files have 10 KiB.
	maxShellSize = 32 << 10

	// Markdown parsers are quadratic in nested quotes: 64 KiB of ">" take 1.3 s.
	// Title and description stand at the top.
	maxMarkdownSize = 16 << 10

	// maxExpandWork bounds the bytes that one Expand writes: 100,000 lines can each
	// write 64 KiB over the same key.
	maxExpandWork = 16 * MaxEnvSize
)
