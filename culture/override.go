package culture

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

// override is what a host changes about a built-in fact.
type override struct {
	Fact       FactID   `json:"fact" strictjson:"required"`
	Action     action   `json:"action" strictjson:"required"`
	Value      string   `json:"value"`
	Text       string   `json:"text"`
	Confidence *float64 `json:"confidence"`
	Reason     string   `json:"reason" strictjson:"required"`
	By         string   `json:"by" strictjson:"required"`
	Date       rawDate  `json:"date" strictjson:"required"`
}

// rawOverrides is the form of the file.
type rawOverrides struct {
	Schema    string     `json:"schema" strictjson:"required"`
	Note      string     `json:"note"`
	Overrides []override `json:"overrides" strictjson:"required"`
}

// action is what an override does.
type action uint8

const (
	dropFact action = iota + 1 // the fact is never answered
	setFact                    // its value, text or confidence are replaced
)

func (a action) String() string { return nameOf(a, "action", "drop", "set") }

func (a *action) UnmarshalText(text []byte) error { return find(a, text, dropFact, setFact) }

// parseOverrides reads a document of overrides and reports everything that is wrong
// with it.
func parseOverrides(name string, data []byte, own pack) ([]override, error) {
	var raw rawOverrides
	if err := decode(name, overridesFile, data, &raw); err != nil {
		return nil, err
	}
	c := checker{pack: name, file: overridesFile}
	if raw.Schema != overridesSchema {
		c.add("schema", "want %q, have %.60q", overridesSchema, raw.Schema)
	}
	if raw.Overrides == nil {
		c.add("overrides", "want a list, have null")
	}
	known, seen := map[FactID]bool{}, map[FactID]bool{}
	for _, f := range own.facts {
		known[f.ID] = true
	}
	for i, o := range raw.Overrides {
		at := func(field string) string { return fmt.Sprintf("overrides[%d].%s", i, field) }
		if !known[o.Fact] {
			c.add(at("fact"), "no built-in fact is called %.60q", o.Fact)
		}
		if seen[o.Fact] {
			c.add(at("fact"), "%.60s is overridden twice", o.Fact)
		}
		seen[o.Fact] = true
		o.check(&c, at)
	}
	return raw.Overrides, errors.Join(c.all()...)
}

// check says what is wrong with one override by itself.
func (o *override) check(c *checker, at func(string) string) {
	for _, field := range [...]struct{ name, value string }{{"reason", o.Reason}, {"by", o.By}} {
		if strings.TrimSpace(field.value) == "" {
			c.add(at(field.name), "is empty")
		}
	}
	if v := o.Confidence; v != nil && !(*v > 0 && *v <= highest) {
		c.add(at("confidence"), "%v is not more than 0 and at most %v", *v, highest)
	}
	changes := o.Value != "" || o.Text != "" || o.Confidence != nil
	switch {
	case o.Action == dropFact && changes:
		c.add(at("action"), "drop goes with no value, text or confidence")
	case o.Action == setFact && !changes:
		c.add(at("action"), "set needs a value, a text or a confidence")
	}
	for _, field := range [...]struct{ name, value string }{{"value", o.Value}, {"text", o.Text}} {
		if field.value != "" && strings.TrimSpace(field.value) == "" {
			c.add(at(field.name), "is blank")
		}
		c.oneLine(at(field.name), field.value)
	}
}

// change applies an override; false where the fact is dropped.
func (e *entry) change(o override) bool {
	if o.Action == dropFact {
		return false
	}
	e.changed = true
	if o.Value != "" {
		e.Value = o.Value
	}
	if o.Text != "" {
		e.Text = o.Text
	}
	if o.Confidence != nil {
		e.rating.Stated, e.rating.Override = *o.Confidence, true
	}
	return true
}

//go:embed facts.schema.json
var factsSchemaText string

//go:embed overrides.schema.json
var overridesSchemaText string

// PackSchema is the JSON Schema (draft 2020-12) of a file of a pack, "facts.json" or
// "overrides.json", for editors and for tests of a host; false for any other name. It says
// what the form of a file can say; [New] checks the rest, too: that ids, sources and links
// exist and that links are mutual.
func PackSchema(file string) (string, bool) {
	switch file {
	case factsFile:
		return factsSchemaText, true
	case overridesFile:
		return overridesSchemaText, true
	default:
		return "", false
	}
}
