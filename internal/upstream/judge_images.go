package upstream

import (
	"slices"
	"strconv"
)

// lts says which versions of an image are supported for long. Nothing in a tag tells:
// where the current one is, only such ones are proposed.
type lts struct {
	image string
	is    func(major, minor int) bool
}

// longTerm lists the images whose makers publish lines of short support under the same
// kind of tags.
var longTerm = []lts{
	{"docker.io/library/ubuntu", func(year, month int) bool { return year%2 == 0 && month == 4 }}, // ubuntu.com/about/release-cycle
	{"docker.io/library/node", func(major, _ int) bool { return major%2 == 0 }},                   // nodejs.org/about/previous-releases
	{"docker.io/library/eclipse-temurin", isLongTermJava},                                         // adoptium.net/support
	{"docker.io/library/amazoncorretto", isLongTermJava},
	{"docker.io/library/azul-zulu", isLongTermJava},
	{"docker.io/library/openjdk", isLongTermJava},
	{"docker.io/library/ibm-semeru-runtimes", isLongTermJava},
	{"docker.io/library/sapmachine", isLongTermJava},
	{"docker.io/library/adoptopenjdk", isLongTermJava},
	{"docker.io/library/clojure", isLongTermJava},    // temurin-17-lein
	{"docker.io/library/mysql", isLongTermMySQL},     // dev.mysql.com/doc/refman/en/mysql-releases.html
	{"docker.io/library/mariadb", isLongTermMariaDB}, // mariadb.org/about/#maintenance-policy
}

func isLongTermJava(major, _ int) bool {
	return major == 8 || major == 11 || major >= 17 && (major-17)%4 == 0
}

// isLongTermMySQL holds nothing back behind the last line that is known.
func isLongTermMySQL(major, minor int) bool {
	return major < 8 || major == 8 && (minor == 0 || minor == 4) || major == 9 && minor == 7 || major > 9
}

// isLongTermMariaDB holds nothing back behind the last line that is known.
func isLongTermMariaDB(major, minor int) bool {
	switch major {
	case 10:
		return minor <= 6 || minor == 11
	case 11:
		return minor == 4 || minor == 8
	case 12:
		return minor == 3
	}
	return true
}

// notLTS reports whether the way leads from long support to short.
func notLTS(image string, from, to version) bool {
	i := slices.IndexFunc(longTerm, func(l lts) bool { return l.image == image })
	return i >= 0 && from.stage.maturity == 0 && isLTS(longTerm[i], from) && !isLTS(longTerm[i], to)
}

func isLTS(l lts, v version) bool {
	major, err := strconv.Atoi(string(v.parts[0]))
	minor := 0
	if len(v.parts) > 1 && err == nil {
		minor, err = strconv.Atoi(string(v.parts[1]))
	}
	return err == nil && l.is(major, minor)
}
