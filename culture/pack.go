package culture

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// ErrPack is what every fault of a pack unwraps to.
var ErrPack = errors.New("culture: pack not valid")

// PackError is one fault of a pack. It unwraps to ErrPack.
type PackError struct {
	Pack   string // "builtin", or "pack 0", "pack 1", … of the options
	Path   string // where: "facts[12].sources"; empty for the pack itself
	Detail string
	Err    error // the cause, where there is one
}

// Error writes pack, path and detail.
func (e *PackError) Error() string {
	text := "culture: " + e.Pack
	if e.Path != "" {
		text += ": " + e.Path
	}
	return text + ": " + e.Detail
}

// Unwrap gives ErrPack and the cause.
func (e *PackError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrPack}
	}
	return []error{ErrPack, e.Err}
}

// factsFile is the file of facts in a pack, and its schema.
const (
	factsFile   = "facts.json"
	factsSchema = "etiquette-facts/1"
	maxPack     = 1 << 20 // bytes
)

//go:embed facts.json
var builtin string

// pack is what was read of one pack.
type pack struct {
	facts   []Fact
	sources map[string]Source
}

// rawPack is the file's form.
type rawPack struct {
	Schema     string               `json:"schema" strictjson:"required"`
	Generated  string               `json:"generated"`
	Note       string               `json:"note"`
	Dimensions []Dimension          `json:"dimensions"`
	Sources    map[string]rawSource `json:"sources" strictjson:"required"`
	Facts      []rawFact            `json:"facts" strictjson:"required"`
}

type rawSource struct {
	URL       string `json:"url" strictjson:"required"`
	Publisher string `json:"publisher" strictjson:"required"`
	Tier      Tier   `json:"tier" strictjson:"required"`
	Origin    string `json:"origin" strictjson:"required"`
	Note      string `json:"note"`
}

type rawFact struct {
	ID            FactID     `json:"id" strictjson:"required"`
	Region        rawRegion  `json:"region" strictjson:"required"`
	Dimension     Dimension  `json:"dimension" strictjson:"required"`
	Kind          Kind       `json:"kind" strictjson:"required"`
	Scope         Scope      `json:"scope" strictjson:"required"`
	Locale        *rawLocale `json:"locale"`
	Value         string     `json:"value" strictjson:"required"`
	Text          string     `json:"text" strictjson:"required"`
	Sources       []string   `json:"sources" strictjson:"required"`
	Confidence    float64    `json:"confidence" strictjson:"required"`
	ConflictsWith FactID     `json:"conflicts_with"`
	AsOf          string     `json:"as_of"`
	Supersedes    FactID     `json:"supersedes"`
	SupersededBy  FactID     `json:"superseded_by"`
}

// rawRegion is a region written as ISO 3166-1 does, in two capital letters.
type rawRegion language.Region

func (r *rawRegion) UnmarshalText(text []byte) error {
	region, err := language.ParseRegion(string(text))
	if err != nil || !region.IsCountry() || region.String() != string(text) {
		return errors.New("want a region such as JP")
	}
	*r = rawRegion(region)
	return nil
}

// rawLocale is a well-formed, canonical BCP 47 tag.
type rawLocale language.Tag

func (l *rawLocale) UnmarshalText(text []byte) error {
	tag, err := language.Parse(string(text))
	if err != nil || tag == language.Und || tag.String() != string(text) {
		return errors.New("want a language tag such as ja or zh-Hant")
	}
	*l = rawLocale(tag)
	return nil
}

// readPack takes the facts of a host's pack.
func readPack(name string, files fs.FS) (pack, error) {
	file, err := files.Open(factsFile)
	if err != nil {
		return pack{}, &PackError{Pack: name, Path: factsFile, Detail: err.Error(), Err: err}
	}
	data, err := io.ReadAll(io.LimitReader(file, maxPack+1))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return pack{}, &PackError{Pack: name, Path: factsFile, Detail: err.Error(), Err: err}
	}
	return parsePack(name, data)
}

// parsePack reads a document of facts and reports everything that is wrong with it.
func parsePack(name string, data []byte) (pack, error) {
	var raw rawPack
	if err := strictjson.Decode(data, &raw, &strictjson.Limits{Bytes: maxPack}); err != nil {
		return pack{}, &PackError{Pack: name, Detail: err.Error(), Err: err}
	}
	c := checker{pack: name}
	if raw.Schema != factsSchema {
		c.add("schema", "want %q, have %q", factsSchema, raw.Schema)
	}
	p := pack{sources: make(map[string]Source, len(raw.Sources))}
	for key, s := range raw.Sources {
		p.sources[key] = Source{ID: key, URL: s.URL, Publisher: s.Publisher, Tier: s.Tier, Origin: s.Origin, Note: s.Note}
	}
	byID := make(map[FactID]*rawFact, len(raw.Facts))
	for i := range raw.Facts {
		f := &raw.Facts[i]
		if byID[f.ID] != nil {
			c.add(path(i, "id"), "%s occurs twice", f.ID)
		}
		byID[f.ID] = f
		p.facts = append(p.facts, f.fact())
	}
	c.sources(raw.Sources)
	for i := range raw.Facts {
		c.fact(i, &raw.Facts[i], raw.Sources)
		c.links(i, &raw.Facts[i], byID)
	}
	return p, errors.Join(c.faults...)
}

func (f *rawFact) fact() Fact {
	fact := Fact{
		ID: f.ID, Region: language.Region(f.Region), Dimension: f.Dimension, Kind: f.Kind, Scope: f.Scope,
		Value: f.Value, Text: f.Text, Sources: slices.Clone(f.Sources), Confidence: f.Confidence,
		ConflictsWith: f.ConflictsWith, AsOf: f.AsOf, Supersedes: f.Supersedes, SupersededBy: f.SupersededBy,
	}
	if f.Locale != nil {
		fact.Locale = language.Tag(*f.Locale)
	}
	return fact
}

// checker collects what a pack's form cannot say.
type checker struct {
	pack   string
	faults []error
}

func (c *checker) add(path, format string, args ...any) {
	c.faults = append(c.faults, &PackError{Pack: c.pack, Path: path, Detail: fmt.Sprintf(format, args...)})
}

func path(i int, field string) string {
	return strictjson.Field(strictjson.Index("facts", i), field)
}

// sources checks each source, in the order of the keys.
func (c *checker) sources(sources map[string]rawSource) {
	keys := make([]string, 0, len(sources))
	for key := range sources {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		s := sources[key]
		for _, field := range [...]struct{ name, value string }{{"url", s.URL}, {"publisher", s.Publisher}, {"origin", s.Origin}} {
			if strings.TrimSpace(field.value) == "" {
				c.add("sources."+key+"."+field.name, "is empty")
			}
		}
	}
}

// fact checks one fact by itself.
func (c *checker) fact(i int, f *rawFact, sources map[string]rawSource) {
	for _, field := range [...]struct{ name, value string }{{"id", string(f.ID)}, {"value", f.Value}, {"text", f.Text}} {
		if strings.TrimSpace(field.value) == "" {
			c.add(path(i, field.name), "is empty")
		}
	}
	if !(f.Confidence > 0 && f.Confidence <= 0.95) || math.IsNaN(f.Confidence) {
		c.add(path(i, "confidence"), "%v is not more than 0 and at most 0.95", f.Confidence)
	}
	if len(f.Sources) == 0 {
		c.add(path(i, "sources"), "a fact needs a source")
	}
	for j, key := range f.Sources {
		if _, ok := sources[key]; !ok {
			c.add(path(i, "sources"), "no source is called %q", key)
		}
		if slices.Contains(f.Sources[:j], key) {
			c.add(path(i, "sources"), "%q is named twice", key)
		}
	}
	if (f.Scope == Locale) != (f.Locale != nil) {
		c.add(path(i, "locale"), "goes with scope locale, and only with it")
	}
	if (f.Kind == Legal) != (f.Scope == Rule) {
		c.add(path(i, "scope"), "rule goes with kind legal, and only with it")
	}
}

// links checks what a fact says about other facts.
func (c *checker) links(i int, f *rawFact, byID map[FactID]*rawFact) {
	if f.ConflictsWith != "" {
		switch other := byID[f.ConflictsWith]; {
		case other == nil:
			c.add(path(i, "conflicts_with"), "no fact is called %s", f.ConflictsWith)
		case other.ConflictsWith != f.ID:
			c.add(path(i, "conflicts_with"), "%s does not conflict in turn", f.ConflictsWith)
		case f.ConflictsWith == f.ID:
			c.add(path(i, "conflicts_with"), "a fact cannot conflict with itself")
		}
	}
	if f.Supersedes != "" {
		if other := byID[f.Supersedes]; other == nil || other.SupersededBy != f.ID {
			c.add(path(i, "supersedes"), "%s does not say that it is superseded by this", f.Supersedes)
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
		c.add(path(i, "superseded_by"), "no other fact is called %s", f.SupersededBy)
		return
	case other.Supersedes != "" && other.Supersedes != f.ID:
		c.add(path(i, "superseded_by"), "%s says that it supersedes %s instead", other.ID, other.Supersedes)
	case other.Region != f.Region || other.Dimension != f.Dimension || !sameLocale(f.Locale, other.Locale):
		c.add(path(i, "superseded_by"), "%s is about another region, dimension or locale", other.ID)
	}
	for steps := 0; other != nil && steps <= len(byID); steps++ {
		if other == f {
			c.add(path(i, "superseded_by"), "%s is superseded by this in turn, so that none of them is answered", f.SupersededBy)
			return
		}
		other = byID[other.SupersededBy]
	}
}

func sameLocale(a, b *rawLocale) bool { return a == b || (a != nil && b != nil && *a == *b) }
