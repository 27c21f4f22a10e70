package contact

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/rapport-go/rapport/culture"
)

//go:embed contact.json
var builtIn embed.FS

//go:embed contact.schema.json
var schema string

// Schema is the JSON Schema of a pack's contact.json.
func Schema() string { return schema }

// packFile is the file of a pack that this package reads.
const packFile = "contact.json"

// maxRules bounds all packs together.
const maxRules = 10_000

type pack struct {
	Schema string   `json:"schema" strictjson:"required"`
	Note   string   `json:"note,omitempty"`
	Drop   []string `json:"drop,omitempty"` // ids of built-in rules that hold no more
	Rules  []Rule   `json:"rules" strictjson:"required"`
}

// Options of [New]; nil is the built-in rules alone.
type Options struct {
	// Packs are a host's own rules, each with a file contact.json of the form that
	// [Schema] describes. A rule takes the place of a built-in one with its id.
	Packs []fs.FS
	// Resolver answers with the customs of the region beside the rules; nil is
	// culture.Default().
	Resolver *culture.Resolver
}

// Desk answers questions.
type Desk struct {
	rules    []Rule
	resolver *culture.Resolver
}

// New reads the rules. The error joins every fault of every pack, each a
// *culture.PackError.
func New(o *Options) (*Desk, error) {
	d := &Desk{resolver: culture.Default()}
	if o != nil && o.Resolver != nil {
		d.resolver = o.Resolver
	}
	errs := []error{d.read(builtIn, "built in")}
	if o != nil {
		for i, p := range o.Packs {
			errs = append(errs, d.read(p, fmt.Sprintf("packs[%d]", i)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Desk) read(files fs.FS, name string) error {
	var p pack
	if err := culture.ReadPackFile(files, name, packFile, &p); err != nil {
		return err
	}
	var errs []error
	add := func(path, format string, args ...any) {
		errs = append(errs, &culture.PackError{Pack: name, Path: packFile + ": " + path, Detail: fmt.Sprintf(format, args...), Err: culture.ErrPack})
	}
	if p.Schema != "culture-contact/1" {
		add("schema", `must be "culture-contact/1"`)
	}
	if p.Rules == nil {
		add("rules", "want a list, have null")
	}
	ids := map[string]bool{}
	for i := range p.Rules {
		r, at := &p.Rules[i], fmt.Sprintf("rules[%d].", i)
		r.faults(func(field, format string, args ...any) { add(at+field, format, args...) })
		if ids[r.ID] {
			add(at+"id", "%q is there twice", r.ID)
		}
		ids[r.ID] = true
	}
	for i, id := range p.Drop {
		if !slices.ContainsFunc(d.rules, func(r Rule) bool { return r.ID == id }) {
			add(fmt.Sprintf("drop[%d]", i), "there is no rule %q", id)
		}
	}
	if len(d.rules)+len(p.Rules) > maxRules {
		add("rules", "more than %d in all", maxRules)
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	d.rules = slices.DeleteFunc(d.rules, func(r Rule) bool { return ids[r.ID] || slices.Contains(p.Drop, r.ID) })
	d.rules = append(d.rules, p.Rules...)
	return nil
}

// Rules are all rules that the desk knows, as copies.
func (d *Desk) Rules() []Rule {
	out := make([]Rule, len(d.rules))
	for i := range d.rules {
		out[i] = d.rules[i].copied()
	}
	return out
}
