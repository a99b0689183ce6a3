package lint

// Repair is a change of the recipe's own files that removes a finding.
type Repair struct {
	Title string // what it does, as an order: "Quote the value"
	Safe  bool   // it cannot change what is deployed, but to what was surely meant
	Edits []Edit // they do not overlap
}

// Edit replaces the bytes from Start up to End, offsets into the file as it was
// read, by Text. Everything around them stays: comments, anchors, order, line
// endings.
type Edit struct {
	File       string
	Start, End int
	Text       string
}
