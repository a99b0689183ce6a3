package lint

import "coopcloud.tech/catalogue/internal/edit"

// Repair is a change of the recipe's own files that removes a finding.
type Repair struct {
	Title string // what it does, as an order: "Quote the value"
	Safe  bool   // it changes nothing that is deployed, but for a value that Docker mangles, which becomes what the file says
	Edits []Edit // they do not overlap
}

// Edit replaces bytes of one file of the recipe.
type Edit = edit.Edit
