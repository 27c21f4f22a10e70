package match

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// normal brings a value to the form in which it is compared; empty is missing. It is
// UTF-8, so that a model can be written and read again: other bytes become U+FFFD, and in
// a strong id, which must not be taken for another, their escapes.
func normal(r Role, s string) string {
	if !utf8.ValidString(s) {
		if r == RoleStrongID {
			return strconv.QuoteToASCII(s)
		}
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	switch r {
	case RoleBirth:
		return normalDate(strings.TrimSpace(s))
	case RoleEmail:
		return lower(strings.TrimSpace(s))
	case RolePhone:
		return normalPhone(s)
	case RoleStreet, RolePlace, RoleAttribute, RolePostcode:
		return Fold(s)
	case RoleStrongID:
		return strings.TrimSpace(s)
	case RoleGeneration:
		return generation(s)
	}
	return s
}

// lower does not allocate for what is lower case already.
func lower(s string) string {
	if plainEmail(s) {
		return s
	}
	return strings.ToLower(s)
}

func plainEmail(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 128 {
			return false
		}
	}
	return true
}

func normalDate(s string) string {
	if len(s) == 8 && digits(s) == 8 {
		return s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	return s
}

// digits counts the ASCII digits of a text.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// phoneDigits is how many digits of a telephone number are compared: what comes before
// is the country's or the trunk's, which many records leave out.
const phoneDigits = 10

func normalPhone(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b = append(b, byte(r))
		case r >= '０' && r <= '９':
			b = append(b, byte(r-'０'+'0'))
		}
	}
	return string(b[max(0, len(b)-phoneDigits):])
}

// appendNormal appends what [normal] gives for a text of ASCII letters, which most are,
// without memory of its own; ok is false for what it leaves to normal.
func appendNormal(b []byte, r Role, s string) (out []byte, ok bool) {
	if !isASCII(s) {
		return b, false
	}
	switch r {
	case RolePlain:
		return append(b, s...), true
	case RoleBirth:
		s = strings.TrimSpace(s)
		if len(s) == 8 && digits(s) == 8 {
			b = append(append(b, s[:4]...), '-')
			return append(append(append(b, s[4:6]...), '-'), s[6:]...), true
		}
		return append(b, s...), true
	case RoleEmail:
		s = strings.TrimSpace(s)
		for i := range len(s) {
			c := s[i]
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
		}
		return b, true
	case RolePhone:
		for i := range len(s) {
			if s[i] >= '0' && s[i] <= '9' {
				b = append(b, s[i])
			}
		}
		return b[max(0, len(b)-phoneDigits):], true
	case RoleStreet, RolePlace, RoleAttribute, RolePostcode:
		return appendFold(b, s), true
	case RoleStrongID:
		return append(b, strings.TrimSpace(s)...), true
	}
	return b, false
}

// appendFold appends [Fold] of a text of ASCII letters.
func appendFold(b []byte, s string) []byte {
	blank, empty := false, len(b)
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '\'' || c == '.' || c == '`':
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		default:
			blank = true
			continue
		}
		if blank && len(b) > empty {
			b = append(b, ' ')
		}
		blank = false
		b = append(b, c)
	}
	return b
}
