package vcard

import (
	"strconv"
	"unicode/utf8"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// appendJSON writes a tree as compact JSON. Unlike encoding/json it keeps numbers as
// they were written, and escapes no more than JSON asks for and every control character,
// so that the text stands on one line of a vCard.
func appendJSON(b []byte, n *node) []byte {
	switch n.Kind {
	case strictjson.Bool:
		return strconv.AppendBool(b, n.Bool)
	case strictjson.Number:
		return append(b, n.Text...)
	case strictjson.String:
		return appendQuoted(b, n.Text)
	case strictjson.Array:
		b = append(b, '[')
		for i := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, &n.Items[i])
		}
		return append(b, ']')
	case strictjson.Object:
		b = append(b, '{')
		for i := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, n.Members[i].Key)
			b = append(b, ':')
			b = appendJSON(b, &n.Members[i].Value)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r < ' ' || r == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
