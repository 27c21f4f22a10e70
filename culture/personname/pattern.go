package personname

import "strings"

// field is a part of a name. The zero value is none.
type field uint8

const (
	title field = iota + 1
	given
	given2
	surname
	surname2
	generation
	credentials
)

func (f field) String() string {
	return [...]string{"", "title", "given", "given2", "surname", "surname2", "generation", "credentials"}[f]
}

// element is a literal, or a field with its modifiers.
type element struct {
	field   field  // zero for a literal
	literal string // text of a literal

	modifiers string // as the pattern has them, joined with hyphens
	informal  bool
	inflected string // "vocative", "genitive" or empty
	part      string // "prefix", "core" or empty
	initial   bool
	retain    bool // keep what stands between the words of initials
	monogram  bool
	capitals  bool // allCaps
	capital   bool // initialCap
}

// pattern is one namePattern, compiled.
type pattern struct {
	text      string
	elements  []element
	brackets  bool    // a literal has one
	showsName [2]bool // the given name, the surname, each as more than an initial
}

// compile reads a pattern of the tables, which the generator has linted.
func compile(text string) *pattern {
	p := &pattern{text: text, brackets: strings.ContainsAny(text, "()")}
	for rest := text; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if literal != "" {
			p.elements = append(p.elements, element{literal: literal})
		}
		if !found {
			break
		}
		var placeholder string
		placeholder, rest, _ = strings.Cut(after, "}")
		e := compileField(placeholder)
		p.elements = append(p.elements, e)
		p.showsName[0] = p.showsName[0] || e.field == given && !e.initial
		p.showsName[1] = p.showsName[1] || e.field == surname && !e.initial
	}
	return p
}

func compileField(placeholder string) element {
	name, modifiers, _ := strings.Cut(placeholder, "-")
	e := element{modifiers: modifiers}
	for f := title; f <= credentials; f++ {
		if f.String() == name {
			e.field = f
		}
	}
	for modifier := range strings.SplitSeq(modifiers, "-") {
		switch modifier {
		case "informal":
			e.informal = true
		case "vocative", "genitive":
			e.inflected = modifier
		case "prefix", "core":
			e.part = modifier
		case "initial":
			e.initial = true
		case "retain":
			e.retain = true
		case "monogram":
			e.monogram = true
		case "allCaps":
			e.capitals = true
		case "initialCap":
			e.capital = true
		}
	}
	return e
}
