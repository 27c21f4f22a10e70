package personname

import (
	"strings"

	"github.com/rapport-go/rapport/culture/internal/tables"
)

// scriptOf is the code of a character's script (ISO 15924); empty for Common,
// Inherited and Unknown.
func scriptOf(r rune) string {
	if r < 0x80 {
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return "Latn"
		}
		return ""
	}
	n := int(property(tables.Scripts, r))
	if n == 0 {
		return ""
	}
	return tables.ScriptCodes[n*4-4 : n*4]
}

// scriptOfText is the script of the first character that has one.
func scriptOfText(s string) string {
	for _, r := range s {
		if script := scriptOf(r); script != "" {
			return script
		}
	}
	return ""
}

// matches reports whether two scripts are the same, or are sets of scripts that share
// one (UTS #35 part 8, Switch the formatting locale if necessary): Jpan is Hani, Hira
// and Kana.
func matches(a, b string) bool {
	if a == b {
		return true
	}
	for first := range strings.FieldsSeq(members(a)) {
		if strings.Contains(members(b), first) {
			return true
		}
	}
	return false
}

// members is the scripts that a code of ISO 15924 stands for, as Unicode's scripts.
func members(script string) string {
	switch script {
	case "Jpan":
		return "Hani Hira Kana"
	case "Hrkt":
		return "Hira Kana"
	case "Kore":
		return "Hang Hani"
	case "Hans", "Hant":
		return "Hani"
	case "Hanb":
		return "Hani Bopo"
	case "Aran":
		return "Arab"
	case "Cyrs":
		return "Cyrl"
	case "Latf", "Latg":
		return "Latn"
	case "Syre", "Syrj", "Syrn":
		return "Syrc"
	case "Geok":
		return "Geor"
	}
	return script
}
