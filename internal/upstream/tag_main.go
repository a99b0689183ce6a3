package upstream

import "strings"

// number is a run of digits without leading zeros: a build number may be longer than
// any integer.
type number string

func newNumber(digits string) number {
	return number(strings.TrimLeft(digits[:len(digits)-1], "0") + digits[len(digits)-1:])
}

func (n number) compare(m number) int {
	if len(n) != len(m) {
		return len(n) - len(m)
	}
	return strings.Compare(string(n), string(m))
}

// takeMain takes the main version, and returns what stands behind it.
func (v *version) takeMain(fields []field) []field {
	if n := isoDate(fields); n > 0 {
		for _, f := range fields[:n] {
			v.shape += f.sep
			if f.kind == letters {
				v.shape += f.text
				continue
			}
			v.shape += "d"
			v.parts = append(v.parts, newNumber(f.text))
			v.points++
		}
		return fields[n:]
	}
	v.takePart(fields[0], fields[0].text)
	i := 1
	for i < len(fields) && fields[i].kind == digits && fields[i].sep == "." {
		v.takePart(fields[i], "")
		i++
	}
	if i == 1 && len(fields) > 2 && fields[1].text == "u" && fields[1].sep == "" && fields[2].kind == digits && fields[2].sep == "" {
		v.shape += "u" // 8u312, as Java counted its updates
		v.takePart(fields[2], "")
		i = 3
	}
	return fields[i:]
}

// serialLength is from how many digits the first part counts what a machine does, runs of
// a pipeline or seconds: grafana/grafana has 9799770991 beside 10 (jetstack/version-checker#138).
const serialLength = 7

// takePart takes one part. A number that is a date compares with dates alone: 7 is no
// version before 20230901, and 10.11 none before 2021.12.
func (v *version) takePart(f field, first string) {
	if v.points++; v.points > 1 {
		v.shape += f.sep
	}
	switch layout := calendar(f.text); {
	case layout != "":
		v.shape += layout
		v.takeDate(f.text, layout)
		return
	case isYear(first):
		v.shape += "year"
	case len(first) >= serialLength:
		v.shape += "serial"
	default:
		v.shape += "n"
	}
	v.parts = append(v.parts, newNumber(f.text))
}

// takeDate takes year, month and day as parts, and the time as one.
func (v *version) takeDate(text, layout string) {
	year := 4
	if layout == "yymmdd" {
		year = 2
	}
	v.parts = append(v.parts, newNumber(text[:year]), newNumber(text[year:year+2]), newNumber(text[year+2:year+4]))
	if rest := text[year+4:]; rest != "" {
		v.parts = append(v.parts, newNumber(rest))
	}
}

// isYear reports whether a calendar version may begin like this.
func isYear(text string) bool {
	return len(text) == 4 && (text[:2] == "20" || text[:2] == "19" && text[2] == '9')
}

// calendar is the layout of a number that is a date; "" where it is none.
func calendar(text string) string {
	switch {
	case len(text) == 6 && isDay(text[2:4], text[4:6]):
		return "yymmdd"
	case len(text) < 8 || !isYear(text[:4]) || !isDay(text[4:6], text[6:8]):
		return ""
	case len(text) == 8:
		return "yyyymmdd"
	case len(text) == 10, len(text) == 12, len(text) == 14:
		return "yyyymmdd" + "hhmmss"[:len(text)-8]
	}
	return ""
}

func isDay(month, day string) bool {
	return "01" <= month && month <= "12" && "01" <= day && day <= "31"
}

// isoDate counts the fields of a date as 2024-10-13, with or without a time as
// T13-34-11Z; 0 where there is none.
func isoDate(fields []field) int {
	if len(fields) < 3 || !isYear(fields[0].text) || !isPair(fields[1]) || !isPair(fields[2]) || !isDay(fields[1].text, fields[2].text) {
		return 0
	}
	n := 3
	if n+1 < len(fields) && fields[n].text == "T" && fields[n+1].kind == digits {
		n += 2
		for n < len(fields) && isPair(fields[n]) {
			n++
		}
		if n < len(fields) && fields[n].text == "Z" && fields[n].sep == "" {
			n++
		}
	}
	return n
}

func isPair(f field) bool { return f.kind == digits && f.sep == "-" && len(f.text) == 2 }
