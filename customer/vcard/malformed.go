package vcard

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// malformedName is the property that holds what a tolerant reading could not take apart.
const malformedName = "X-MALFORMED-LINE"

// Malformed gives the lines of a vCard that a tolerant reading could not take apart, or
// whose bytes are not in the character set or the encoding that they state: each unfolded,
// byte for byte, in their order; a card that stood inside another is one text of several
// lines. They are kept in Properties as x-malformed-line, whose value is the text, or its
// base64 where a vCard cannot hold it, so that they outlast any number of conversions.
// None is nil. They are personal data as any other.
func (c *Card) Malformed() []string {
	var out []string
	for _, p := range c.Properties {
		if !strings.EqualFold(p.Name, malformedName) {
			continue
		}
		if enc, ok := (Kept{Params: p.Params}).Param("encoding"); ok && strings.EqualFold(enc, "b") {
			if b, err := base64.StdEncoding.DecodeString(p.Value); err == nil {
				out = append(out, string(b))
				continue
			}
		}
		out = append(out, unescape(p.Value))
	}
	return out
}

// malformed makes the property of a line.
func malformed(text string) Property {
	p := Property{Name: lower(malformedName), Type: "unknown"}
	if holdable(text) {
		p.Value = string(escape(nil, text))
		return p
	}
	p.Params = []Param{{Name: "encoding", Values: []string{"b"}}}
	p.Value = base64.StdEncoding.EncodeToString([]byte(text))
	return p
}

// holdable reports whether a value of a vCard can hold a text.
func holdable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}
