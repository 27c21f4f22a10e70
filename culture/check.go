package culture

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// maxFaults is how many faults of a file are told in full.
const maxFaults = 100

// checker collects what a file's form cannot say.
type checker struct {
	pack   string
	file   string
	faults []error
	more   int
}

func (c *checker) add(path, format string, args ...any) {
	if len(c.faults) == maxFaults {
		c.more++
		return
	}
	c.faults = append(c.faults, &PackError{Pack: c.pack, Path: c.file + ": " + path, Detail: fmt.Sprintf(format, args...)})
}

// all is every fault, and how many more there are.
func (c *checker) all() []error {
	if c.more == 0 {
		return c.faults
	}
	return append(c.faults, &PackError{Pack: c.pack, Path: c.file, Detail: fmt.Sprintf("and %d more faults", c.more)})
}

// sources checks each source, in the order of the keys.
func (c *checker) sources(sources map[string]rawSource) {
	for _, key := range slices.Sorted(maps.Keys(sources)) {
		s := sources[key]
		for _, field := range [...]struct{ name, value string }{{"url", s.URL}, {"publisher", s.Publisher}, {"origin", s.Origin}} {
			if strings.TrimSpace(field.value) == "" {
				c.add("sources."+key+"."+field.name, "is empty")
			}
		}
		for _, field := range [...]struct{ name, value string }{{"url", s.URL}, {"publisher", s.Publisher}, {"origin", s.Origin}, {"note", s.Note}} {
			c.oneLine("sources."+key+"."+field.name, field.value)
		}
	}
}

// oneLine refuses what would break or disguise the line in which a text is shown to
// people: control characters, line ends, and overrides of the writing direction.
func (c *checker) oneLine(path, text string) {
	for _, r := range text {
		if unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			c.add(path, "holds the control character U+%04X", r)
			return
		}
	}
}

// fact checks one fact by itself.
func (c *checker) fact(i int, f *rawFact, sources map[string]rawSource) {
	for _, field := range [...]struct{ name, value string }{{"id", string(f.ID)}, {"value", f.Value}, {"text", f.Text}} {
		if strings.TrimSpace(field.value) == "" {
			c.add(factPath(i, field.name), "is empty")
		}
		c.oneLine(factPath(i, field.name), field.value)
	}
	c.oneLine(factPath(i, "as_of"), f.AsOf)
	if !(f.Confidence > 0 && f.Confidence <= highest) {
		c.add(factPath(i, "confidence"), "%v is not more than 0 and at most %v", f.Confidence, highest)
	}
	if len(f.Sources) == 0 {
		c.add(factPath(i, "sources"), "a fact needs a source")
	}
	for j, key := range f.Sources {
		if _, ok := sources[key]; !ok {
			c.add(factPath(i, "sources"), "no source is called %.60q", key)
		}
		if slices.Contains(f.Sources[:j], key) {
			c.add(factPath(i, "sources"), "%.60q is named twice", key)
		}
	}
	if (f.Scope == Locale) != (f.Locale != nil) {
		c.add(factPath(i, "locale"), "goes with scope locale, and only with it")
	}
	if (f.Kind == Legal) != (f.Scope == Rule) {
		c.add(factPath(i, "scope"), "rule goes with kind legal, and only with it")
	}
}

// links checks what a fact says about other facts.
func (c *checker) links(i int, f *rawFact, byID map[FactID]*rawFact) {
	if f.ConflictsWith != "" {
		switch other := byID[f.ConflictsWith]; {
		case other == nil:
			c.add(factPath(i, "conflicts_with"), "no fact is called %s", f.ConflictsWith)
		case other.ConflictsWith != f.ID:
			c.add(factPath(i, "conflicts_with"), "%s does not conflict in turn", f.ConflictsWith)
		case f.ConflictsWith == f.ID:
			c.add(factPath(i, "conflicts_with"), "a fact cannot conflict with itself")
		}
	}
	if f.Supersedes != "" {
		if other := byID[f.Supersedes]; other == nil || other.SupersededBy != f.ID {
			c.add(factPath(i, "supersedes"), "%s does not say that it is superseded by this", f.Supersedes)
		}
	}
	if f.SupersededBy != "" {
		c.successor(i, f, byID)
	}
}

// successor checks that another fact takes the place of one that is superseded, since
// a superseded fact is never answered: it is about the same, it does not say that it
// supersedes a third, and whoever follows the links comes to an end.
func (c *checker) successor(i int, f *rawFact, byID map[FactID]*rawFact) {
	other := byID[f.SupersededBy]
	switch {
	case other == nil || other == f:
		c.add(factPath(i, "superseded_by"), "no other fact is called %s", f.SupersededBy)
		return
	case other.Supersedes != "" && other.Supersedes != f.ID:
		c.add(factPath(i, "superseded_by"), "%s says that it supersedes %s instead", other.ID, other.Supersedes)
	case other.Region != f.Region || other.Dimension != f.Dimension || !sameLocale(f.Locale, other.Locale):
		c.add(factPath(i, "superseded_by"), "%s is about another region, dimension or locale", other.ID)
	}
	for steps := 0; other != nil && steps <= len(byID); steps++ {
		if other == f {
			c.add(factPath(i, "superseded_by"), "%s is superseded by this in turn, so that none of them is answered", f.SupersededBy)
			return
		}
		other = byID[other.SupersededBy]
	}
}

func sameLocale(a, b *rawLocale) bool { return a == b || (a != nil && b != nil && *a == *b) }
