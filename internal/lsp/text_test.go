package lsp

import (
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
)

func TestPositions(t *testing.T) {
	text := newText("a💚ä\r\nb\n\nc")
	for _, test := range []struct {
		offset int
		e      encoding
		want   position
	}{
		{0, utf16Units, position{0, 0}},
		{1, utf16Units, position{0, 1}},
		{5, utf16Units, position{0, 3}},
		{5, utf8Units, position{0, 5}},
		{5, utf32Units, position{0, 2}},
		{7, utf16Units, position{0, 4}},
		{9, utf16Units, position{1, 0}},
		{11, utf16Units, position{2, 0}},
		{12, utf16Units, position{3, 0}},
		{13, utf16Units, position{3, 1}},
		{99, utf16Units, position{3, 1}},
		{-1, utf16Units, position{0, 0}},
	} {
		if got := text.position(test.offset, test.e); got != test.want {
			t.Errorf("%d in %s: %v, want %v", test.offset, test.e, got, test.want)
		}
		if test.offset >= 0 && test.offset < 99 && text.offset(test.want, test.e) != test.offset {
			t.Errorf("%v in %s: %d, want %d", test.want, test.e, text.offset(test.want, test.e), test.offset)
		}
	}
	for p, want := range map[position]int{{0, 99}: 7, {1, 99}: 10, {9, 0}: 13, {-1, 5}: 0, {0, -1}: 0} {
		if got := text.offset(p, utf16Units); got != want {
			t.Errorf("%v: %d, want %d", p, got, want)
		}
	}
}

func TestPlaceBehindByteOrderMark(t *testing.T) {
	span := recipe.Span{Line: 1, Column: 1, EndLine: 1, EndColumn: 2}
	for e, unit := range map[encoding]int{utf8Units: 3, utf16Units: 1, utf32Units: 1} {
		want := textRange{position{0, unit}, position{0, unit + 1}}
		if got := newText("\ufeffab").place(span, e); got != want {
			t.Errorf("%s: %v, want %v", e, got, want)
		}
	}
}

func TestShift(t *testing.T) {
	s := newShift("a\nb\nc\nd", "a\nx\ny\nz\nc\nd")
	for line, want := range map[int]int{1: 1, 2: 0, 3: 5, 4: 6} {
		if got, ok := s.line(line); got != want || ok != (want > 0) {
			t.Errorf("line %d: %d, %v; want %d", line, got, ok, want)
		}
	}
}
