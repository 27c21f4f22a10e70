package salutation

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a placeholder of a pattern.
type token uint8

// The tokens: first the parts of a name, then what is made of them.
const (
	tokenLiteral token = iota
	tokenGiven
	tokenGivenInformal
	tokenGivenVocative
	tokenGiven2
	tokenSurname
	tokenSurnameVocative
	tokenSurnameCapital
	tokenSurname2
	tokenFull
	tokenTitle
	tokenTitleVocative
	tokenHonorific
	tokenName    // in forms: the part of the name
	tokenAddress // in openings and closings: the form
	tokenList    // in openings: the forms of several persons
	tokenLines   // in openings: the openings of several persons
	tokenGroup   // in openings: the name of a family, team or organisation
	tokens
)

var tokenNames = [tokens]string{
	"", "given", "given-informal", "given-vocative", "given2", "surname", "surname-vocative", "surname-initialCap", "surname2",
	"full", "title", "title-vocative", "honorific", "name", "address", "list", "openings", "group",
}

// piece is literal text or a token.
type piece struct {
	token token
	text  string
	glue  bool // "~" before it: a blank unless both neighbours are of scripts without blanks
}

// pattern is text with placeholders.
type pattern []piece

// parsePattern reads "Frau {title} {name}". Text never comes out of a placeholder as
// a placeholder: values are only copied.
func parsePattern(s string) (pattern, error) {
	var p pattern
	glue := false
	for s != "" {
		if strings.HasPrefix(s, "~") {
			glue, s = true, s[1:]
			continue
		}
		end := strings.IndexAny(s, "{~")
		if end != 0 {
			if end < 0 {
				end = len(s)
			}
			if strings.Contains(s[:end], "}") {
				return nil, fmt.Errorf("a brace that nothing opens")
			}
			p = append(p, piece{text: s[:end], glue: glue})
			glue, s = false, s[end:]
			continue
		}
		name, rest, ok := strings.Cut(s[1:], "}")
		if !ok {
			return nil, fmt.Errorf("a brace that nothing closes")
		}
		t, ok := tokenNamed(name)
		if !ok {
			return nil, fmt.Errorf("unknown placeholder {%.40s}", name)
		}
		p = append(p, piece{token: t, glue: glue})
		glue, s = false, rest
	}
	if glue {
		return nil, fmt.Errorf("a ~ with nothing after it")
	}
	return p, nil
}

func tokenNamed(name string) (token, bool) {
	for t := tokenGiven; t < tokens; t++ {
		if tokenNames[t] == name {
			return t, true
		}
	}
	return 0, false
}

// has reports whether the pattern holds a token.
func (p pattern) has(t token) bool {
	for i := range p {
		if p[i].token == t {
			return true
		}
	}
	return false
}

// values are the texts of the tokens; empty: not there.
type values [tokens]string

// fill writes the pattern; ok is false where a token has no text.
func (p pattern) fill(v *values) (string, bool) {
	size := 0
	for i := range p {
		t := p[i].text
		if p[i].token != tokenLiteral {
			if t = v[p[i].token]; t == "" {
				return "", false
			}
		}
		size += len(t) + 1
	}
	if len(p) == 1 {
		return v.text(p[0]), true
	}
	var b strings.Builder
	b.Grow(size)
	last := utf8.RuneError
	for i := range p {
		t := v.text(p[i])
		if p[i].glue && i > 0 {
			if first, _ := utf8.DecodeRuneInString(t); !unspaced(last) || !unspaced(first) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(t)
		last, _ = utf8.DecodeLastRuneInString(t)
	}
	return b.String(), true
}

func (v *values) text(p piece) string {
	if p.token == tokenLiteral {
		return p.text
	}
	return v[p.token]
}

// unspaced reports a letter of a script that joins what "~" joins: Han, kana, Hangul,
// Thai and their neighbours. Marks belong to the letter before them.
func unspaced(r rune) bool {
	return r >= 0x0e00 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// initialCap writes the first letter of a name in capitals, as Dutch does with a
// prefix that nothing of the name stands before ("de heer Van den Berg").
func initialCap(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	up := unicode.ToTitle(r)
	if up == r {
		return s
	}
	if strings.HasPrefix(s, "ij") {
		return "IJ" + s[2:]
	}
	return string(up) + s[size:]
}

// initialLower writes the first letter of a line in small letters, for a line that
// goes on after a comma.
func initialLower(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
