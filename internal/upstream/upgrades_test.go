package upstream

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What maintainers really did, judged twice: by the parser, and by a model that knows
// nothing but digits. docs/upstream.md has the table.
func TestUpgrades(t *testing.T) {
	table := map[string]map[string]int{}
	upgrades := readUpgrades(t)
	for _, u := range upgrades {
		naive, ours := naively(u.from, u.to), judged1(u.from, u.to)
		if table[naive] == nil {
			table[naive] = map[string]int{}
		}
		table[naive][ours]++
		if naive != "other shape" && (naive == "up") != (ours == "newer") || naive == "other shape" && ours == "newer" {
			t.Logf("%s, but %s: %s %s → %s", naive, ours, u.image, u.from, u.to)
		}
	}
	text := render(table)
	docs, err := os.ReadFile("../../docs/upstream.md")
	if err != nil || !strings.Contains(string(docs), text) {
		t.Errorf("docs/upstream.md does not hold this table (%v):\n%s", err, text)
	}
	up := table["up"]
	if total := sum(up); up["newer"]*100 < total*99 {
		t.Errorf("of %d upgrades within a family, %d are recognised", total, up["newer"])
	}
	if n := table["down"]["newer"] + table["equal"]["newer"]; n > 0 {
		t.Errorf("%d downgrades would be proposed", n)
	}
}

type upgrade struct{ image, from, to string }

func readUpgrades(t *testing.T) (upgrades []upgrade) {
	t.Helper()
	file, err := os.Open("../../../shared/data/image-upgrades.tsv")
	if err != nil {
		t.Skip("no data: ", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if cells := strings.Split(lines.Text(), "\t"); len(cells) == 6 {
			upgrades = append(upgrades, upgrade{cells[3], cells[4], cells[5]})
		}
	}
	if len(upgrades) < 10000 {
		t.Fatalf("%d upgrades", len(upgrades))
	}
	return upgrades
}

// judged1 is what Judge makes of one candidate.
func judged1(from, to string) string {
	v := Judge(Question{Current: from, Tags: []Tag{{Name: from}, {Name: to}}})
	switch {
	case from == to:
		return "same"
	case v.Newest == to:
		return "newer"
	case v.Candidates[0].Reason == reasonOlder:
		return "older"
	case v.Candidates[0].Family:
		return "same"
	}
	return v.Candidates[0].Reason
}

var runs = regexp.MustCompile(`[0-9]+`)

// naively compares two tags that differ in nothing but digits, from left to right.
func naively(from, to string) string {
	a, b := runs.FindAllString(from, -1), runs.FindAllString(to, -1)
	if runs.ReplaceAllString(from, "9") != runs.ReplaceAllString(to, "9") || len(a) == 0 {
		return "other shape"
	}
	for i := range a {
		m, _ := new(big.Int).SetString(a[i], 10)
		n, _ := new(big.Int).SetString(b[i], 10)
		switch m.Cmp(n) {
		case -1:
			return "up"
		case 1:
			return "down"
		}
	}
	return "equal"
}

func sum(row map[string]int) (n int) {
	for _, count := range row {
		n += count
	}
	return n
}

func render(table map[string]map[string]int) string {
	var rows strings.Builder
	rows.WriteString("| digits alone say | changes | judged |\n|---|---|---|\n")
	for _, naive := range []string{"up", "down", "equal", "other shape"} {
		var cells []string
		for ours := range table[naive] {
			cells = append(cells, ours)
		}
		slices.SortFunc(cells, func(a, b string) int {
			if n := table[naive][b] - table[naive][a]; n != 0 {
				return n
			}
			return strings.Compare(a, b)
		})
		for i, ours := range cells {
			cells[i] = fmt.Sprintf("%s %d", ours, table[naive][ours])
		}
		fmt.Fprintf(&rows, "| %s | %d | %s |\n", naive, sum(table[naive]), strings.Join(cells, ", "))
	}
	return rows.String()
}
