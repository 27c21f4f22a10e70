package survey

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// node is one value of a definition, as it was written.
type node = strictjson.Node

// get is a member of an object, nil where there is none.
func get(n *node, keys ...string) *node {
	if n == nil || n.Kind != strictjson.Object {
		return nil
	}
	for _, key := range keys {
		if v, ok := n.Lookup(key); ok {
			return v
		}
	}
	return nil
}

// textOf is a member that is a string; numbers and booleans are read as written, as
// names sometimes are.
func textOf(n *node, keys ...string) string {
	v := get(n, keys...)
	if v == nil {
		return ""
	}
	switch v.Kind {
	case strictjson.String, strictjson.Number:
		return nfc(v.Text)
	case strictjson.Bool:
		return strconv.FormatBool(v.Bool)
	default:
		return ""
	}
}

// boolOf is a member read as JavaScript would in a condition; ok is false where it is
// absent or null.
func boolOf(n *node, keys ...string) (value, ok bool) {
	v := get(n, keys...)
	if v == nil || v.Kind == strictjson.Null {
		return false, false
	}
	switch v.Kind {
	case strictjson.Bool:
		return v.Bool, true
	case strictjson.Number:
		f, err := strconv.ParseFloat(v.Text, 64)
		return err == nil && f != 0, true
	case strictjson.String:
		return v.Text != "" && v.Text != "false", true
	default:
		return true, true
	}
}

func isTrue(n *node, keys ...string) bool {
	v, ok := boolOf(n, keys...)
	return v && ok
}

// numberOf is a member that is a finite number, or text that is one.
func numberOf(n *node, keys ...string) (float64, bool) {
	v := get(n, keys...)
	if v == nil || v.Kind != strictjson.Number && v.Kind != strictjson.String {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, false
	}
	return f, true
}

func numberOr(n *node, otherwise float64, keys ...string) float64 {
	if f, ok := numberOf(n, keys...); ok {
		return f
	}
	return otherwise
}

// listOf is a member as a list: a value that is no array is a list of one, as the
// deserialiser of survey-core has it; plain text is no list of objects and gives none.
func listOf(n *node, keys ...string) []node {
	v := get(n, keys...)
	if v == nil {
		return nil
	}
	switch v.Kind {
	case strictjson.Array:
		return v.Items
	case strictjson.Object:
		return []node{*v}
	default:
		return nil
	}
}

// hasList reports whether a member that counts as a list is there.
func hasList(n *node, key string) bool {
	v := get(n, key)
	return v != nil && (v.Kind == strictjson.Array || v.Kind == strictjson.Object)
}

// valueOf is any member as a value of the expression engine.
func valueOf(n *node) expr.Value {
	if n == nil {
		return expr.Value{}
	}
	switch n.Kind {
	case strictjson.Bool:
		return expr.Bool(n.Bool)
	case strictjson.Number:
		f, err := strconv.ParseFloat(n.Text, 64)
		if err != nil {
			return expr.Value{}
		}
		return expr.Number(f)
	case strictjson.String:
		return expr.Text(nfc(n.Text))
	case strictjson.Array:
		items := make([]expr.Value, len(n.Items))
		for i := range n.Items {
			items[i] = valueOf(&n.Items[i])
		}
		return expr.List(items...)
	case strictjson.Object:
		fields := make([]expr.Field, len(n.Members))
		for i := range n.Members {
			fields[i] = expr.Field{Name: nfc(n.Members[i].Key), Value: valueOf(&n.Members[i].Value)}
		}
		return expr.Object(fields...)
	default:
		return expr.Null()
	}
}

// nfc is Unicode normal form C, so that é typed in two ways is one name and one value.
func nfc(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFC.String(s)
		}
	}
	return s
}

// writeNode writes a value as JSON: every member in its order, every number as it was
// written.
func writeNode(b *bytes.Buffer, n *node) {
	switch n.Kind {
	case strictjson.Bool:
		b.WriteString(strconv.FormatBool(n.Bool))
	case strictjson.Number:
		b.WriteString(n.Text)
	case strictjson.String:
		writeText(b, n.Text)
	case strictjson.Array:
		b.WriteByte('[')
		for i := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeNode(b, &n.Items[i])
		}
		b.WriteByte(']')
	case strictjson.Object:
		b.WriteByte('{')
		for i := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, n.Members[i].Key)
			b.WriteByte(':')
			writeNode(b, &n.Members[i].Value)
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}

func writeText(b *bytes.Buffer, s string) {
	raw, err := json.Marshal(s)
	if err != nil { // a string always marshals
		raw = []byte(`""`)
	}
	b.Write(raw)
}

// join extends a path by a key, or begins one.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
