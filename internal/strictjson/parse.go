package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Limits bound a document; a zero field takes the default.
type Limits struct {
	Bytes int // size of the text; default 1 MiB
	Depth int // nesting of objects and arrays; default 32
	Nodes int // values in all; default 100,000
}

func (l *Limits) orDefault() Limits {
	out := Limits{Bytes: 1 << 20, Depth: 32, Nodes: 100_000}
	if l == nil {
		return out
	}
	if l.Bytes > 0 {
		out.Bytes = l.Bytes
	}
	if l.Depth > 0 {
		out.Depth = l.Depth
	}
	if l.Nodes > 0 {
		out.Nodes = l.Nodes
	}
	return out
}

// Kind is the JSON type of a node.
type Kind uint8

// The JSON types.
const (
	Null Kind = iota + 1
	Bool
	Number
	String
	Array
	Object
)

// String names the type as people say it.
func (k Kind) String() string {
	names := [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}
	if int(k) < len(names) {
		return names[k]
	}
	return "nothing"
}

// Node is one value of a parsed document.
type Node struct {
	Kind    Kind
	Bool    bool
	Text    string // of a string, or the number as it was written
	Items   []Node // of an array
	Members []Member
}

// Member is one key of an object with its value, in the order of the document.
type Member struct {
	Key   string
	Value Node
}

// Lookup finds a key of an object.
func (n *Node) Lookup(key string) (*Node, bool) {
	for i := range n.Members {
		if n.Members[i].Key == key {
			return &n.Members[i].Value, true
		}
	}
	return nil, false
}

// Parse reads one JSON value. Syntax and limits end the reading with one fault;
// all duplicate keys are reported together.
func Parse(data []byte, limits *Limits) (*Node, error) {
	l := limits.orDefault()
	if len(data) > l.Bytes {
		return nil, &Fault{Err: ErrLimit, Detail: fmt.Sprintf("%d bytes, at most %d", len(data), l.Bytes)}
	}
	if !utf8.Valid(data) {
		return nil, &Fault{Err: ErrSyntax, Detail: "the text is not valid UTF-8"}
	}
	p := &parser{dec: json.NewDecoder(bytes.NewReader(data)), data: data, limits: l}
	p.dec.UseNumber()
	var root Node
	if err := p.value(&root, "", 0); err != nil {
		return nil, p.locate(err)
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, p.locate(&Fault{Err: ErrSyntax, Detail: "text after the value"})
	}
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	return &root, nil
}

type parser struct {
	dec    *json.Decoder
	data   []byte
	limits Limits
	nodes  int
	faults Faults
}

// locate turns a decoder's error into a fault that names line and column.
func (p *parser) locate(err error) error {
	var fault *Fault
	if errors.As(err, &fault) && errors.Is(err, ErrLimit) {
		return err
	}
	detail := ""
	if fault != nil {
		detail = fault.Detail
	} else {
		detail = err.Error()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			detail = "the text ends too early"
		}
	}
	before := p.data[:min(int(p.dec.InputOffset()), len(p.data))]
	row := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Fault{Err: ErrSyntax, Detail: fmt.Sprintf("%s (near line %d, column %d)", detail, row, column)}
}

func (p *parser) value(into *Node, path string, depth int) error {
	if p.nodes++; p.nodes > p.limits.Nodes {
		return &Fault{Path: path, Err: ErrLimit, Detail: fmt.Sprintf("more than %d values", p.limits.Nodes)}
	}
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case nil:
		into.Kind = Null
	case bool:
		into.Kind, into.Bool = Bool, v
	case json.Number:
		into.Kind, into.Text = Number, v.String()
	case string:
		into.Kind, into.Text = String, v
	case json.Delim:
		if depth >= p.limits.Depth {
			return &Fault{Path: path, Err: ErrLimit, Detail: fmt.Sprintf("nested deeper than %d", p.limits.Depth)}
		}
		if v == '[' {
			into.Kind = Array
			return p.array(into, path, depth)
		}
		into.Kind = Object
		return p.object(into, path, depth)
	}
	return nil
}

func (p *parser) array(into *Node, path string, depth int) error {
	for i := 0; p.dec.More(); i++ {
		into.Items = append(into.Items, Node{})
		if err := p.value(&into.Items[i], Index(path, i), depth+1); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) object(into *Node, path string, depth int) error {
	seen := map[string]bool{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		at := Field(path, key)
		if seen[key] {
			p.faults.Add(at, ErrDuplicate, "")
		}
		seen[key] = true
		into.Members = append(into.Members, Member{Key: key})
		if err := p.value(&into.Members[len(into.Members)-1].Value, at, depth+1); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}
